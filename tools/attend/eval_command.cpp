#include "eval_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>

#include "evaluation.hpp"
#include "evaluation_report.hpp"
#include "manifest.hpp"
#include "raw_options.hpp"
#include "recogniser_options.hpp"
#include "recording_counter.hpp"
#include "score_files.hpp"
#include "streaming_options.hpp"
#include "transcript_json.hpp"

namespace attend::tools {
namespace {

struct Options {
  std::filesystem::path manifest;
  RecogniserOptions recogniser;
  std::optional<RawFormat> raw;  ///< headerless PCM, if any --raw-… is given
  StreamingOptions streaming;
  std::optional<std::filesystem::path> hypotheses, timelines, texts;
  std::optional<std::size_t> limit;
  int jobs = 1;
  bool measure_streaming = false, join = false, per_file = false, json = false;
};

struct Measured {
  Report report;
  std::vector<Score> scores;
};

Result keep(std::vector<Score>& scores, Evaluation evaluation) {
  auto result = result_of(evaluation);
  std::ranges::move(evaluation.scores, std::back_inserter(scores));
  return result;
}

Measured measure(const Options& options) {
  const auto recordings = spread(read_manifest(options.manifest), options.limit);
  Measured measured;
  auto& [report, scores] = measured;
  report.manifest = options.manifest.string();
  if (options.hypotheses) {
    report.separate = keep(scores, evaluate_texts(read_texts(*options.hypotheses), recordings));
    return measured;
  }
  if (options.timelines) {
    report.separate =
        keep(scores, evaluate_timelines(read_timelines(*options.timelines), streaming_plan(options.streaming), recordings));
    return measured;
  }
  std::optional<StreamingPlan> streaming;
  if (options.measure_streaming) streaming = streaming_plan(options.streaming);
  const auto model = load_model(options.recogniser);
  report.model = describe_model(options.recogniser, model, options.jobs);
  RecordingCounter counter(recordings.size());
  RecognitionPlan plan{.stream = stream_options(options.recogniser),
                       .raw = options.raw,
                       .playback = {.block = options.streaming.block, .real_time = false},
                       .streaming = std::move(streaming),
                       .jobs = options.jobs,
                       .done = [&] { counter.step(); }};
  tell_skipped_phrases(model, plan.stream.search, std::cerr);
  report.separate = keep(scores, evaluate_recordings(model, plan, recordings));
  plan.done = nullptr;
  if (options.join) report.joined = keep(scores, evaluate_joined(model, plan, recordings));
  return measured;
}

/// Options that say nothing unless the growing text is measured.
void refuse_idle_options(const Options& options) {
  const auto& [alignment, save_timelines, tail, block] = options.streaming;
  const bool measures = options.measure_streaming || options.timelines;
  if (!measures && (alignment || save_timelines || tail.count() > 0)) {
    throw CommandError(exit_usage, "--alignment, --tail and --save-timelines measure how the text grows; add --streaming.");
  }
}

int evaluate(const Options& options) {
  refuse_idle_options(options);
  const auto [report, scores] = measure(options);
  const bool failed = complain(std::cerr, scores);
  if (options.json) {
    auto object = to_json(report);
    if (options.per_file)
      std::ranges::transform(scores, std::back_inserter(object["files"]), [](const Score& score) { return to_json(score); });
    std::cout << to_line(object) << '\n';
  } else {
    if (options.per_file) {
      std::cout << "errors\twords\tsubstitutions\tdeletions\tinsertions\twer\tid\n";
      for (const auto& score : scores) print(std::cout, score);
    }
    print(std::cout, report);
  }
  // Behind the report, which may have taken an hour and shall not be lost to a file that cannot be written.
  if (options.texts) write_texts(*options.texts, scores);
  if (options.streaming.save_timelines) write_timelines(*options.streaming.save_timelines, scores);
  return std::cout.flush() && !failed ? exit_success : exit_failure;
}

void add_options(CLI::App& command, Options& options) {
  command.add_option("MANIFEST", options.manifest, "JSON lines: id, audio, text, and optionally speaker and duration")->required();
  add_recogniser_options(command, options.recogniser);
  add_raw_options(command, options.raw);
  command.add_option("--jobs", options.jobs, "Recordings recognised at the same time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command.add_option("--limit", options.limit, "Only so many recordings, spread evenly over the manifest")
      ->check(CLI::PositiveNumber);
  auto* join = command.add_flag("--join", options.join,
                                "Measure long form as well: recordings joined to about 10 minutes, with gaps of 0.1 to 5 s");
  command.add_flag("--json", options.json, "Print one JSON object");
  command.add_flag("--per-file", options.per_file, "Print the counts of every recording");
  command.add_option("--texts", options.texts, "Write normalised references and hypotheses to this file, as JSON lines")
      ->type_name("FILE");
  auto* hypotheses =
      command.add_option("--hypotheses", options.hypotheses, "Score these texts (JSON lines: id, text) instead of recognising")
          ->type_name("FILE")
          ->excludes(join);
  add_streaming_options(command, options.streaming);
  auto* streaming = command.add_flag("--streaming", options.measure_streaming, "Measure the text as it grows: what was shown when")
                        ->group("Streaming")
                        ->excludes(hypotheses);
  command
      .add_option("--timelines", options.timelines,
                  "Measure what another recogniser showed (JSON lines: id, audio_seconds, showings) instead")
      ->type_name("FILE")
      ->group("Streaming")
      ->excludes(join)
      ->excludes(hypotheses)
      ->excludes(streaming);
}

}  // namespace

void add_eval_command(CLI::App& program, Run& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = program.add_subcommand("eval", "Measure the word error rate and the speed on recordings with known text");
  add_options(*command, *options);
  command->footer("Example: attend eval dev-clean/manifest.jsonl --chunk 320ms --lookahead 640ms --json");
  command->callback([options, &chosen] { chosen = [options] { return evaluate(*options); }; });
}

}  // namespace attend::tools
