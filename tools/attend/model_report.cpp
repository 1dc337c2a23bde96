#include "model_report.hpp"

#include "decimal.hpp"
#include "file_digest.hpp"
#include "printable.hpp"

namespace attend::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string in_megabytes(std::uintmax_t bytes) {
  return fixed(static_cast<double>(bytes) / 1e6, 1) + " MB";
}
std::string in_millions(std::int64_t count) {
  return fixed(static_cast<double>(count) / 1e6, 1) + " million";
}

std::string listed(std::span<const std::string> items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

std::string pace(int chunk_ms, int lookahead_ms) {
  return "chunk " + std::to_string(chunk_ms) + " ms, look-ahead " + std::to_string(lookahead_ms) + " ms";
}

std::string origin_line(const Origin& origin) {
  return origin.what + ": " + origin.name + (origin.licence.empty() ? "" : " (" + origin.licence + ")");
}

std::string measured_line(const MeasuredWer& measured) {
  return fixed(measured.wer, 2) + " % on " + measured.set + " (" + std::to_string(measured.words) + " words; " +
         pace(measured.chunk_ms, measured.lookahead_ms) + ")" + (measured.command.empty() ? "" : ": " + measured.command);
}

/// A name and its values below each other; text from the file cannot move the cursor.
void print_field(std::ostream& out, std::string_view name, std::span<const std::string> values) {
  std::string label(name);
  label.resize(14, ' ');
  for (const auto& value : values) {
    out << label << printable(value) << '\n';
    label.assign(14, ' ');
  }
}

}  // namespace

ModelReport report_on_model(const std::filesystem::path& file) {
  const auto model = Model::load(file);
  return {.file = file, .sha256 = sha256_of_file(file), .bytes = std::filesystem::file_size(file), .info = model.info()};
}

Json to_json(const ModelReport& report) {
  const auto& info = report.info;
  Json origin = Json::array();
  for (const auto& source : info.origin)
    origin.push_back({{"what", source.what}, {"name", source.name}, {"licence", source.licence}});
  Json measured = Json::array();
  for (const auto& wer : info.measured) {
    measured.push_back({{"set", wer.set},
                        {"wer", wer.wer},
                        {"words", wer.words},
                        {"chunk_ms", wer.chunk_ms},
                        {"lookahead_ms", wer.lookahead_ms},
                        {"command", wer.command}});
  }
  return {{"file", report.file.string()},
          {"sha256", report.sha256},
          {"bytes", report.bytes},
          {"name", info.name},
          {"version", info.version},
          {"languages", info.languages},
          {"licence", info.licence},
          {"network", info.summary},
          {"parameters", info.parameters},
          {"labels", info.labels},
          {"sample_rate", info.sample_rate},
          {"row_ms", info.row_seconds * 1000},
          {"chunk_ms", info.chunk.count()},
          {"lookahead_ms", info.lookahead.count()},
          {"hindsight_ms", info.hindsight.count()},
          {"precision", info.precision},
          {"origin", std::move(origin)},
          {"measured", std::move(measured)}};
}

void print(std::ostream& out, const ModelReport& report) {
  const auto& info = report.info;
  std::vector<std::string> origin;
  for (const auto& source : info.origin) origin.push_back(origin_line(source));
  std::vector<std::string> measured;
  for (const auto& wer : info.measured) measured.push_back(measured_line(wer));
  if (measured.empty()) measured.emplace_back("no word error rate is written in the file");
  const auto field = [&](std::string_view name, const std::string& value) { print_field(out, name, std::span(&value, 1)); };
  field("name", info.name + " " + info.version);
  field("languages", listed(info.languages));
  field("network", info.summary);
  field("size", in_megabytes(report.bytes) + ", " + in_millions(info.parameters) + " parameters, " + std::to_string(info.labels) +
                    " labels");
  field("defaults", pace(static_cast<int>(info.chunk.count()), static_cast<int>(info.lookahead.count())) + ", hindsight " +
                        std::to_string(info.hindsight.count()) + " ms, " + info.precision + " on this machine");
  field("rows", "one each " + fixed(info.row_seconds * 1000, 0) + " ms of audio at " + std::to_string(info.sample_rate) + " Hz");
  field("licence", info.licence);
  print_field(out, "made from", origin);
  print_field(out, "measured", measured);
  field("file", report.file.string());
  field("sha256", report.sha256);
}

std::string one_line(const ModelReport& report) {
  const auto& info = report.info;
  std::string line = report.file.string() + ": " + info.name + " " + info.version + ", " + in_megabytes(report.bytes) + ", " +
                     listed(info.languages);
  for (const auto& wer : info.measured) line += ", " + fixed(wer.wer, 2) + " % on " + wer.set;
  return printable(line);
}

}  // namespace attend::tools
