#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attend/attend.hpp"
#include "output_plan.hpp"
#include "recogniser_options.hpp"
#include "transcript.hpp"

namespace CLI {
class App;
}

namespace attend::tools {

/// The command line of `attend transcribe`.
struct TranscribeOptions {
  std::vector<std::string> inputs;
  RecogniserOptions recogniser;
  std::vector<Format> formats;
  Destination destination;
  ChannelMode channels = ChannelMode::mix;
  std::optional<RawFormat> raw;  ///< headerless PCM, if any --raw-… is given
  bool partials = false;
  int alternatives = 0;        ///< other readings in json and jsonl
  float least_confidence = 0;  ///< words below are left out
  bool restart = false;
  bool quiet = false;
  int jobs = 0;  ///< 0: as many as there are processors
};

void add_transcribe_options(CLI::App& command, TranscribeOptions& options);

/// Fills in what was left open. Throws CommandError(exit_usage) if options contradict each other.
void complete_transcribe_options(TranscribeOptions& options);

/// Formats that make sense when several inputs follow each other on standard output are text, json and jsonl. Throws
/// CommandError(exit_usage) if others are asked to.
void check_standard_output(const TranscribeOptions& options, std::size_t inputs);

}  // namespace attend::tools
