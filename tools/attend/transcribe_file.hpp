#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "audio_input.hpp"
#include "ledger.hpp"
#include "ordered_output.hpp"
#include "output_plan.hpp"
#include "progress.hpp"
#include "recogniser.hpp"
#include "transcribe_options.hpp"
#include "transcript.hpp"

namespace attend::tools {

/// What all inputs of a run share. Everything in it may be used from several threads.
struct TranscribeContext {
  const TranscribeOptions& options;
  Heading heading;  ///< the model and how it is used; file and voices are filled in per input
  bool several_inputs = false;
  double hold = 0;  ///< seconds (channel_merger.hpp)
  OpenRecogniser open;
  std::function<std::unique_ptr<AudioInput>(const Input&)> open_input;
  Ledger& ledger;
  Progress& progress;
  OrderedOutput& standard_output;
  std::stop_token stop;
};

/// One input, and what becomes of it.
struct TranscribeJob {
  std::size_t index = 0;  ///< its place in the order on standard output
  Input input;
  std::string fingerprint;          ///< empty: the input cannot be read again, nothing is kept for a later run
  std::vector<OutputFile> outputs;  ///< none: standard output
};

/// Transcribes one input. Returns nothing if all is well or the run was stopped, else one sentence on why it is not.
/// Throws ReaderGone if nobody reads standard output any more; throws nothing else.
std::optional<std::string> transcribe_file(const TranscribeJob& job, TranscribeContext& context);

}  // namespace attend::tools
