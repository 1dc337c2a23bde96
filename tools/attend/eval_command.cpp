#include "eval_command.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

#include "evaluation.hpp"
#include "evaluation_report.hpp"
#include "file_digest.hpp"
#include "manifest.hpp"
#include "printable.hpp"
#include "raw_options.hpp"
#include "recogniser_options.hpp"

namespace attend::tools {
namespace {

struct Options {
  std::filesystem::path manifest;
  RecogniserOptions recogniser;
  std::optional<RawFormat> raw;  ///< headerless PCM, if any --raw-… is given
  std::optional<std::filesystem::path> hypotheses, texts;
  std::optional<std::size_t> limit;
  int jobs = 1;
  bool join = false, per_file = false, json = false;
};

/// "12 of 534" on a terminal's last line; silent in a pipe.
class Counter {
 public:
  explicit Counter(std::size_t total) : total_(total) {}
  ~Counter() {
    if (terminal_) std::cerr << "\r\x1b[K";
  }
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  void step() {
    const auto done = ++done_;
    if (terminal_) std::cerr << ("\r" + std::to_string(done) + " of " + std::to_string(total_)) << std::flush;
  }

 private:
  std::size_t total_;
  std::atomic<std::size_t> done_ = 0;
  bool terminal_ = isatty(STDERR_FILENO) != 0;
};

/// `count` recordings spread evenly over the manifest, so that a few stand for all speakers.
std::vector<Recording> spread(std::vector<Recording> recordings, std::optional<std::size_t> count) {
  if (!count || *count >= recordings.size()) return recordings;
  std::vector<Recording> chosen;
  for (std::size_t i = 0; i < *count; ++i) chosen.push_back(std::move(recordings[i * recordings.size() / *count]));
  return chosen;
}

EvaluatedModel describe(const Options& options, const Model& model) {
  const auto file = model_file(options.recogniser);
  const auto& info = model.info();
  const auto& chosen = options.recogniser;
  EvaluatedModel recogniser{.file = file.string(),
                            .name = info.name,
                            .version = info.version,
                            .sha256 = sha256_of_file(file),
                            .precision = info.precision,
                            .chunk_ms = {},
                            .lookahead_ms = 0,
                            .jobs = options.jobs};
  if (!chosen.whole) {
    recogniser.chunk_ms = static_cast<int>(chosen.chunk.value_or(info.chunk).count());
    recogniser.lookahead_ms = static_cast<int>(chosen.lookahead.value_or(info.lookahead).count());
  }
  return recogniser;
}

struct Measured {
  Report report;
  std::vector<Score> scores;
};

Result keep(std::vector<Score>& scores, Evaluation evaluation) {
  Result result{summarise(evaluation.scores), evaluation.cost};
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
  const auto model = load_model(options.recogniser);
  report.model = describe(options, model);
  Counter counter(recordings.size());
  RecognitionPlan plan{
      .stream = stream_options(options.recogniser), .raw = options.raw, .jobs = options.jobs, .done = [&] { counter.step(); }};
  report.separate = keep(scores, evaluate_recordings(model, plan, recordings));
  plan.done = nullptr;
  if (options.join) report.joined = keep(scores, evaluate_joined(model, plan, recordings));
  return measured;
}

void write_texts(const std::filesystem::path& file, std::span<const Score> scores) {
  std::ofstream out(file);
  for (const auto& score : scores) out << to_json(score).dump() << '\n';
  out.flush();
  if (!out) throw CommandError(exit_failure, file.string() + ": cannot be written; check that its folder exists and has room.");
}

int evaluate(const Options& options) {
  const auto [report, scores] = measure(options);
  bool failed = false;
  for (const auto& score : scores) {
    if (score.failure.empty()) continue;
    failed = true;
    std::cerr << "attend: " << printable(score.id) << ": " << printable(score.failure) << '\n';
  }
  if (options.texts) write_texts(*options.texts, scores);
  if (options.json) {
    auto object = to_json(report);
    if (options.per_file)
      std::ranges::transform(scores, std::back_inserter(object["files"]), [](const Score& score) { return to_json(score); });
    std::cout << object.dump() << '\n';
  } else {
    if (options.per_file) {
      std::cout << "errors\twords\tsubstitutions\tdeletions\tinsertions\twer\tid\n";
      for (const auto& score : scores) print(std::cout, score);
    }
    print(std::cout, report);
  }
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
  command.add_option("--hypotheses", options.hypotheses, "Score these texts (JSON lines: id, text) instead of recognising")
      ->type_name("FILE")
      ->excludes(join);
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
