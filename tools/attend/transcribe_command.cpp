#include "transcribe_command.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "complaint.hpp"
#include "file_digest.hpp"
#include "fingerprint.hpp"
#include "input_list.hpp"
#include "job_pool.hpp"
#include "ledger.hpp"
#include "transcribe_file.hpp"
#include "transcribe_options.hpp"
#include "unsure_words.hpp"

namespace attend::tools {
namespace {

constexpr auto description = "Transcribe recordings: text, subtitles, JSON.";
constexpr auto examples = R"(Examples:
  attend transcribe talk.wav                              text on standard output
  attend transcribe talk.mp3 --format srt > talk.srt      subtitles
  attend transcribe recordings -f text,json -o out        a folder, with its subfolders, into another
  attend transcribe call.wav --channels split             a voice per channel
  arecord -f S16_LE -r 16000 | attend transcribe - -f jsonl --partials
A run that was ended goes on where it was with the same command.
Exit codes: 0 all well, 1 some inputs failed, 2 wrong usage, 3 no model, 130 interrupted.)";

std::string model_digest(const RecogniserOptions& options) {
  try {
    return sha256_of_file(model_file(options));
  } catch (const CommandError&) {
    throw;
  } catch (const std::exception& error) {
    throw CommandError(exit_model, error.what());
  }
}

bool is_finished(const TranscribeJob& job, Ledger& ledger) {
  if (job.outputs.empty() || job.fingerprint.empty()) return false;
  return std::ranges::all_of(job.outputs,
                             [&](const OutputFile& output) { return ledger.is_finished(output.path, job.fingerprint); });
}

/// The inputs that need work, with their outputs.
std::vector<TranscribeJob> list_jobs(const std::vector<Input>& inputs, const TranscribeOptions& options,
                                     const std::string& model_sha256, Ledger& ledger) {
  auto outputs = plan_outputs(inputs, options.formats, options.destination);
  std::vector<TranscribeJob> jobs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    TranscribeJob job{jobs.size(), inputs[i], fingerprint_of(inputs[i], model_sha256, options), std::move(outputs[i])};
    if (options.restart || !is_finished(job, ledger)) jobs.push_back(std::move(job));
  }
  return jobs;
}

Heading heading_of(const ModelInfo& info, const std::string& sha256, const TranscribeOptions& options) {
  Heading heading;
  heading.model = info.name;
  heading.model_version = info.version;
  heading.model_sha256 = sha256;
  heading.chunk = chunk_name(options.recogniser, info);
  heading.lookahead = lookahead_name(options.recogniser, info);
  heading.hindsight = hindsight_name(options.recogniser, info);
  heading.precision = info.precision;
  return heading;
}

/// No words come from further back than this, in seconds: the longest segment, and the audio not yet decoded.
double longest_hold(const StreamOptions& stream, const ModelInfo& info) {
  const auto waiting = stream.chunk.value_or(info.chunk) + stream.lookahead.value_or(info.lookahead);
  return std::chrono::duration<double>(stream.endpoint.longest + waiting).count() + 2;
}

/// The faults of a run, told at its end in the order of the inputs.
class Faults {
 public:
  explicit Faults(std::vector<std::string> before) : before_(std::move(before)) {}

  void add(std::size_t index, std::string sentence) {
    const std::lock_guard lock(mutex_);
    by_input_.emplace(index, std::move(sentence));
  }

  std::size_t tell(std::size_t inputs) const {
    for (const std::string& sentence : before_) complain(std::cerr, sentence);
    for (const auto& [index, sentence] : by_input_) complain(std::cerr, sentence);
    const std::size_t count = before_.size() + by_input_.size();
    if (count > 0 && inputs > 1) std::cerr << "attend: " << count << " of " << inputs << " inputs failed.\n";
    return count;
  }

 private:
  std::vector<std::string> before_;
  std::mutex mutex_;
  std::map<std::size_t, std::string> by_input_;
};

std::uintmax_t total_bytes(const std::vector<TranscribeJob>& jobs) {
  std::uintmax_t bytes = 0;
  for (const TranscribeJob& job : jobs) {
    if (!job.input.bytes) return 0;  // no share of the whole can be told
    bytes += *job.input.bytes;
  }
  return bytes;
}

/// Progress is for a person; it stays away where the words themselves appear on the same terminal.
int progress_terminal(const TranscribeOptions& options) {
  const bool words_there = options.destination.standard_output() && ::isatty(STDOUT_FILENO) != 0;
  return !options.quiet && ::isatty(STDERR_FILENO) != 0 && !words_there ? STDERR_FILENO : -1;
}

[[noreturn]] void abandon() {
  // Journals hold every final; nothing else is worth waiting for an input that gives nothing.
  std::_Exit(exit_interrupted);
}

/// Runs the jobs. Returns whether a signal ended it.
bool run_transcription(const std::vector<TranscribeJob>& jobs, const TranscribeOptions& options, const std::string& model_sha256,
                       Ledger& ledger, Faults& faults) {
  const Model model = load_model(options.recogniser);
  StreamOptions stream = stream_options(options.recogniser);
  stream.search.alternatives = options.alternatives;
  tell_skipped_phrases(model, stream.search, std::cerr);
  OpenRecogniser open = open_streams(model, stream);
  if (options.least_confidence > 0) open = without_unsure_words(std::move(open), options.least_confidence);
  Progress progress(progress_terminal(options), jobs.size(), total_bytes(jobs));
  OrderedOutput standard_output(STDOUT_FILENO, options.jobs == 1 || jobs.size() == 1);
  std::stop_source stop;
  TranscribeContext context{options,         heading_of(model.info(), model_sha256, options),
                            jobs.size() > 1, longest_hold(stream, model.info()),
                            std::move(open), [&options](const Input& input) { return open_audio_input(input, options.raw); },
                            ledger,          progress,
                            standard_output, stop.get_token()};
  const auto work = [&](std::size_t index) {
    try {
      if (auto fault = transcribe_file(jobs[index], context)) faults.add(index, std::move(*fault));
    } catch (const ReaderGone&) {
      stop.request_stop();
    }
  };
  return run_jobs(jobs.size(), options.jobs, stop, work, abandon);
}

int transcribe(TranscribeOptions options) {
  complete_transcribe_options(options);
  InputList list = list_inputs(options.inputs, options.raw.has_value());
  check_standard_output(options, list.inputs.size());
  const std::string model_sha256 = model_digest(options.recogniser);
  const std::size_t inputs = list.inputs.size() + list.faults.size();
  Ledger ledger;
  Faults faults(std::move(list.faults));
  const std::vector<TranscribeJob> jobs = list_jobs(list.inputs, options, model_sha256, ledger);
  const bool interrupted = !jobs.empty() && run_transcription(jobs, options, model_sha256, ledger, faults);
  const std::size_t skipped = list.inputs.size() - jobs.size();
  if (skipped > 0 && progress_terminal(options) >= 0) {
    std::cerr << "attend: " << skipped << " of " << inputs << " inputs were done before; --restart transcribes them again.\n";
  }
  const std::size_t failed = faults.tell(inputs);
  if (interrupted && !options.destination.standard_output()) {
    std::cerr << "attend: interrupted; the same command goes on where it stopped.\n";
  }
  if (interrupted) return exit_interrupted;
  return failed > 0 ? exit_failure : exit_success;
}

}  // namespace

void add_transcribe_command(CLI::App& program, Run& chosen) {
  auto* const command = program.add_subcommand("transcribe", description);
  const auto options = std::make_shared<TranscribeOptions>();
  add_transcribe_options(*command, *options);
  command->footer(examples);
  command->callback([options, &chosen] { chosen = [options] { return transcribe(*options); }; });
}

}  // namespace attend::tools
