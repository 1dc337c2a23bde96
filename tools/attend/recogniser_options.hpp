/// The options by which every command chooses a model and the pace of its streams.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "attend/attend.hpp"
#include "search_choice.hpp"

namespace CLI {
class App;
}

namespace attend::tools {

struct RecogniserOptions {
  std::optional<std::filesystem::path> model;          ///< --model; unset: the default model (model_locator.hpp)
  Precision precision = Precision::automatic;          ///< --precision
  std::optional<std::chrono::milliseconds> chunk;      ///< --chunk; unset: the model's default
  std::optional<std::chrono::milliseconds> lookahead;  ///< --lookahead; unset: the model's default
  std::optional<std::chrono::milliseconds> hindsight;  ///< --hindsight; unset: the model's default
  bool whole = false;                                  ///< --chunk full
  SearchChoice search;                                 ///< --beam, --lm, --lm-weight, --hotwords, --opinion…
};

/// Adds --model, --precision, --chunk, --lookahead, --hindsight and those of search_choice.hpp to a command.
void add_recogniser_options(CLI::App& command, RecogniserOptions& options);

/// The model file that the options mean. Throws CommandError(exit_model) if none is found.
std::filesystem::path model_file(const RecogniserOptions& options);

/// Loads it. Throws CommandError(exit_model) with the reason.
Model load_model(const RecogniserOptions& options);

/// What a stream of this model is opened with; rate and channels are left to the caller. Reads the language model and the phrases;
/// throws CommandError as `search_options` does.
StreamOptions stream_options(const RecogniserOptions& options);

/// The chunk, look-ahead and hindsight that streams of this model will have, as they are written in results: "320ms", "full".
std::string chunk_name(const RecogniserOptions& options, const ModelInfo& info);
std::string lookahead_name(const RecogniserOptions& options, const ModelInfo& info);
std::string hindsight_name(const RecogniserOptions& options, const ModelInfo& info);
std::string precision_name(Precision precision);

}  // namespace attend::tools
