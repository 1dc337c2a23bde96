#include "recogniser_options.hpp"

#include <CLI/CLI.hpp>
#include <map>

#include "command.hpp"
#include "duration.hpp"
#include "model_locator.hpp"

namespace attend::tools {
namespace {

const std::map<std::string, Precision>& precisions() {
  static const std::map<std::string, Precision> names{
      {"auto", Precision::automatic}, {"f32", Precision::f32}, {"bf16", Precision::bf16}};
  return names;
}

constexpr auto group = "Recognition";

void set_chunk(RecogniserOptions& options, const std::string& text) {
  options.whole = text == "full";
  options.chunk = options.whole ? std::nullopt : parse_duration(text);
  if (!options.whole && (!options.chunk || options.chunk->count() == 0)) {
    throw CLI::ValidationError("--chunk", "'" + text + "' is neither 'full' nor " + std::string(duration_forms) + ".");
  }
}

void add_time(CLI::App& command, const std::string& name, std::optional<std::chrono::milliseconds>& time, const char* help) {
  const auto set = [&time, name](const std::string& text) {
    time = parse_duration(text);
    if (!time) throw CLI::ValidationError(name, "'" + text + "' is neither 0 nor " + std::string(duration_forms) + ".");
  };
  command.add_option_function<std::string>(name, set, help)->type_name("TIME")->group(group);
}

std::string in_milliseconds(std::chrono::milliseconds duration) {
  return std::to_string(duration.count()) + "ms";
}

}  // namespace

void add_recogniser_options(CLI::App& command, RecogniserOptions& options) {
  command
      .add_option_function<std::string>(
          "--model", [&options](const std::string& file) { options.model = file; },
          "The model file, or the name of a model beside the program (attend model list); without it, attend-small-en")
      ->type_name("FILE")
      ->group(group);
  command
      .add_option_function<std::string>(
          "--chunk", [&options](const std::string& text) { set_chunk(options, text); },
          "Audio per step: 160ms, 320ms, 1s, ... or full, which decodes a segment at once when it ends")
      ->type_name("TIME")
      ->group(group);
  add_time(
      command, "--lookahead", options.lookahead,
      "Audio behind a word before it may be committed: 0, 320ms, 640ms, ...; costs processor time, not delay of what is shown");
  add_time(command, "--hindsight", options.hindsight,
           "Audio before that which every step hears again: 0, 640ms, ...; costs processor time; only unsure words wait for it");
  command.add_option("--precision", options.precision, "auto, f32 or bf16; auto takes bf16 where the processor multiplies it")
      ->transform(CLI::CheckedTransformer(precisions()))
      ->option_text("auto|f32|bf16")
      ->group(group);
  add_search_options(command, options.search);
}

std::filesystem::path model_file(const RecogniserOptions& options) {
  return options.model ? find_named_model(*options.model) : find_default_model();
}

Model load_model(const RecogniserOptions& options) {
  const std::filesystem::path file = model_file(options);
  try {
    return Model::load(file, {.precision = options.precision});
  } catch (const Error& error) {
    throw CommandError(exit_model, error.what());
  }
}

StreamOptions stream_options(const RecogniserOptions& options) {
  StreamOptions stream;
  stream.chunk = options.chunk;
  stream.lookahead = options.lookahead;
  stream.hindsight = options.hindsight;
  stream.whole = options.whole;
  stream.search = search_options(options.search);
  return stream;
}

std::string chunk_name(const RecogniserOptions& options, const ModelInfo& info) {
  return options.whole ? "full" : in_milliseconds(options.chunk.value_or(info.chunk));
}

std::string lookahead_name(const RecogniserOptions& options, const ModelInfo& info) {
  return in_milliseconds(options.whole ? std::chrono::milliseconds(0) : options.lookahead.value_or(info.lookahead));
}

std::string hindsight_name(const RecogniserOptions& options, const ModelInfo& info) {
  return in_milliseconds(options.whole ? std::chrono::milliseconds(0) : options.hindsight.value_or(info.hindsight));
}

std::string precision_name(Precision precision) {
  for (const auto& [name, value] : precisions()) {
    if (value == precision) return name;
  }
  return {};
}

}  // namespace attend::tools
