#include "listen_pace_file.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace attend::tools {
namespace {

using nlohmann::ordered_json;

std::optional<PaceChange> parse_change(const std::string& line) {
  const ordered_json value = ordered_json::parse(line, nullptr, false);
  if (!value.is_object()) return std::nullopt;
  const auto sample = value.find("sample");
  const auto chunk = value.find("chunk_ms");
  const auto cut = value.find("cut");
  if (sample == value.end() || !sample->is_number_unsigned()) return std::nullopt;
  PaceChange change;
  change.sample = sample->get<std::int64_t>();
  if (chunk != value.end()) {
    if (!chunk->is_number_unsigned() || *chunk == 0U || *chunk > 60000U) return std::nullopt;
    change.chunk = std::chrono::milliseconds(chunk->get<std::int64_t>());
  }
  change.cut = cut != value.end() && *cut == true;
  return change;
}

}  // namespace

void PaceRecorder::pace(const PaceChange& change) {
  ordered_json value{{"sample", change.sample}};
  if (change.cut) value["cut"] = true;
  if (change.chunk) value["chunk_ms"] = change.chunk->count();
  file_.grow(value.dump() + "\n");
  file_.keep();
}

std::vector<PaceChange> read_pace(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error(file.string() + " cannot be read; name a file that --record-pace wrote.");
  std::vector<PaceChange> changes;
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    const auto change = parse_change(line);
    if (!change && stream.eof()) break;
    if (!change || (!changes.empty() && change->sample < changes.back().sample)) {
      throw std::runtime_error(file.string() + ", line " + std::to_string(number) +
                               ": no decision of a recorded pace stands there; " + "name a file that --record-pace wrote.");
    }
    changes.push_back(*change);
  }
  return changes;
}

}  // namespace attend::tools
