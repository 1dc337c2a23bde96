#include "bench_latency.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <optional>

#include "evaluation.hpp"
#include "evaluation_report.hpp"
#include "recording_counter.hpp"
#include "score_files.hpp"
#include "streaming_options.hpp"
#include "transcript_json.hpp"

namespace attend::tools {
namespace {

struct Options {
  std::filesystem::path manifest;
  RecogniserOptions recogniser;
  StreamingOptions streaming{.alignment = {}, .save_timelines = {}, .tail = std::chrono::seconds(3)};
  std::optional<std::size_t> limit;
  int jobs = 1;
  bool json = false;
};

int run(const Options& options) {
  const auto recordings = spread(read_manifest(options.manifest), options.limit);
  auto streaming = streaming_plan(options.streaming);
  const auto model = load_model(options.recogniser);
  RecordingCounter counter(recordings.size());
  const RecognitionPlan plan{.stream = stream_options(options.recogniser),
                             .raw = {},
                             .playback = {.block = options.streaming.block, .real_time = true},
                             .streaming = std::move(streaming),
                             .jobs = options.jobs,
                             .done = [&] { counter.step(); }};
  tell_skipped_phrases(model, plan.stream.search, std::cerr);
  const auto evaluation = evaluate_recordings(model, plan, recordings);
  Report report;
  report.manifest = options.manifest.string();
  report.model = describe_model(options.recogniser, model, options.jobs);
  report.separate = result_of(evaluation);
  const bool failed = complain(std::cerr, evaluation.scores);
  if (options.json) {
    std::cout << to_line(to_json(report)) << '\n';
  } else {
    print(std::cout, report);
  }
  if (options.streaming.save_timelines) write_timelines(*options.streaming.save_timelines, evaluation.scores);
  return std::cout.flush() && !failed ? exit_success : exit_failure;
}

}  // namespace

void add_bench_latency(CLI::App& bench, Run& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = bench.add_subcommand(
      "latency", "From a word's end to its showing and its commitment, and from the last word to the endpoint, in real time");
  command->add_option("MANIFEST", options->manifest, "JSON lines: id, audio, text, and optionally speaker and duration")
      ->required();
  add_recogniser_options(*command, options->recogniser);
  add_streaming_options(*command, options->streaming);
  command->get_option("--alignment")->required();
  command->add_option("--jobs", options->jobs, "Recordings played at the same time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_option("--limit", options->limit, "Only so many recordings, spread evenly over the manifest")
      ->check(CLI::PositiveNumber);
  command->add_flag("--json", options->json, "Print one JSON object");
  command->footer("Example: attend bench latency dev-clean/manifest.jsonl --alignment words.jsonl --limit 100");
  command->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace attend::tools
