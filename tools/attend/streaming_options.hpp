/// The options by which `attend eval --streaming` and `attend bench latency` say how a recording is played and what is known of it.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "evaluation.hpp"

namespace CLI {
class App;
}

namespace attend::tools {

struct StreamingOptions {
  std::optional<std::filesystem::path> alignment;       ///< --alignment
  std::optional<std::filesystem::path> save_timelines;  ///< --save-timelines
  std::chrono::milliseconds tail{0};                    ///< --tail
  std::chrono::milliseconds block{20};                  ///< --block: what a microphone delivers at a time
};

void add_streaming_options(CLI::App& command, StreamingOptions& options);

/// Reads the word times. Throws attend::Error.
StreamingPlan streaming_plan(const StreamingOptions& options);

}  // namespace attend::tools
