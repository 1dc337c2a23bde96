#include "evaluation_report.hpp"

#include <fstream>
#include <iterator>
#include <string_view>

#include "complaint.hpp"
#include "decimal.hpp"
#include "normaliser.hpp"
#include "printable.hpp"
#include "streaming_report.hpp"

namespace attend::tools {
namespace {

using Json = nlohmann::ordered_json;

double per_second(double seconds, const Cost& cost) {
  return cost.audio_seconds > 0 ? seconds / cost.audio_seconds : 0;
}

/// The processor's name as Linux tells it; empty elsewhere.
std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  constexpr std::string_view key = "model name";
  for (std::string line; std::getline(info, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with(key) && colon != std::string::npos) return line.substr(colon + 2);
  }
  return {};
}

void add_errors(Json& object, const Summary& summary) {
  object["wer"] = summary.errors.rate();
  object["words"] = summary.errors.words;
  object["substitutions"] = summary.errors.substitutions;
  object["deletions"] = summary.errors.deletions;
  object["insertions"] = summary.errors.insertions;
  object["wer_low"] = summary.interval.low;
  object["wer_high"] = summary.interval.high;
}

void add_cost(Json& object, const Cost& cost) {
  const bool measured = cost.audio_seconds > 0;
  object["rtf"] = measured ? Json(per_second(cost.processor_seconds, cost)) : Json();
  object["rtf_wall"] = measured ? Json(per_second(cost.wall_seconds, cost)) : Json();
  object["audio_seconds"] = measured ? Json(cost.audio_seconds) : Json();
}

void add_counts(Json& object, const Summary& summary) {
  object["recordings"] = summary.scored;
  object["failed"] = summary.failed;
  object["clusters"] = summary.clusters;
  object["clusters_are"] = summary.clusters_are;
}

void add_model(Json& object, const std::optional<EvaluatedModel>& model) {
  const auto known = [&](auto field) { return model ? Json((*model).*field) : Json(); };
  object["chunk_ms"] = model && model->chunk_ms ? Json(*model->chunk_ms) : Json();
  object["lookahead_ms"] = known(&EvaluatedModel::lookahead_ms);
  object["hindsight_ms"] = known(&EvaluatedModel::hindsight_ms);
  object["model_sha256"] = known(&EvaluatedModel::sha256);
  object["model_file"] = known(&EvaluatedModel::file);
  object["model_name"] = known(&EvaluatedModel::name);
  object["model_version"] = known(&EvaluatedModel::version);
  object["precision"] = known(&EvaluatedModel::precision);
  object["jobs"] = known(&EvaluatedModel::jobs);
  object["search"] = model ? Json::parse(describe_choice(model->search)) : Json();
}

void print_errors(std::ostream& out, const Result& result) {
  const auto& [errors, interval, clusters_are, clusters, scored, failed] = result.summary;
  out << "WER " << fixed(errors.rate(), 2) << " %  (95 %: " << fixed(interval.low, 2) << " to " << fixed(interval.high, 2)
      << ", over " << clusters << ' ' << clusters_are << ")\n    " << errors.words << " words: " << errors.substitutions
      << " substitutions, " << errors.deletions << " deletions, " << errors.insertions << " insertions\n";
  if (failed > 0) out << "    " << failed << " of " << scored + failed << " failed and are not counted\n";
}

void print_cost(std::ostream& out, const Cost& cost) {
  if (cost.audio_seconds <= 0) return;
  out << "    real-time factor " << fixed(per_second(cost.processor_seconds, cost), 3) << " of processor time, "
      << fixed(per_second(cost.wall_seconds, cost), 3) << " by the clock, for " << fixed(cost.audio_seconds, 0) << " s of audio\n";
}

void print_model(std::ostream& out, const EvaluatedModel& model) {
  const auto chunk = model.chunk_ms ? std::to_string(*model.chunk_ms) + " ms" : "full";
  out << "model " << model.name << ' ' << model.version << ", sha256 " << model.sha256 << "\n    chunk " << chunk << ", look-ahead "
      << model.lookahead_ms << " ms, hindsight " << model.hindsight_ms << " ms, " << model.precision << ", " << model.jobs
      << (model.jobs == 1 ? " job" : " jobs");
  const auto& [beam, language_model, language_weight, hotwords, opinion, opinion_weight] = model.search;
  if (beam) out << ", beam " << *beam;
  if (language_model) out << ", language model " << printable(language_model->string());
  if (language_weight) out << ", weighing " << fixed(static_cast<double>(*language_weight), 2);
  if (hotwords) out << ", phrases " << printable(hotwords->string());
  if (opinion) out << ", second opinion " << opinion_name(*opinion);
  if (opinion_weight) out << ", weighing " << fixed(static_cast<double>(*opinion_weight), 2);
  out << '\n';
}

}  // namespace

Result result_of(const Evaluation& evaluation) {
  return {summarise(evaluation.scores), evaluation.cost, sum_streaming(evaluation.scores)};
}

bool complain(std::ostream& out, std::span<const Score> scores) {
  bool failed = false;
  for (const auto& score : scores) {
    if (score.failure.empty()) continue;
    failed = true;
    complain(out, score.id + ": " + score.failure);
  }
  return failed;
}

Json to_json(const Report& report) {
  Json object;
  add_errors(object, report.separate.summary);
  object["rtf"] = nullptr;  // in its place among the fields; filled below
  add_model(object, report.model);
  add_cost(object, report.separate.cost);
  add_counts(object, report.separate.summary);
  object["manifest"] = report.manifest;
  object["normaliser"] = normaliser_name;
  object["attend"] = version();
  object["processor"] = processor_name();
  if (report.separate.streaming) object["streaming"] = to_json(*report.separate.streaming);
  if (report.joined) {
    Json joined;
    add_errors(joined, report.joined->summary);
    add_cost(joined, report.joined->cost);
    add_counts(joined, report.joined->summary);
    object["joined"] = std::move(joined);
  }
  return object;
}

Json to_json(const Score& score) {
  if (!score.failure.empty()) return {{"id", score.id}, {"failure", score.failure}};
  Json object{{"id", score.id}};
  if (!score.speaker.empty()) object["speaker"] = score.speaker;
  object["reference"] = score.reference;
  object["hypothesis"] = score.hypothesis;
  object["text"] = score.text;
  object["wer"] = score.errors.rate();
  object["words"] = score.errors.words;
  object["substitutions"] = score.errors.substitutions;
  object["deletions"] = score.errors.deletions;
  object["insertions"] = score.errors.insertions;
  if (score.audio_seconds > 0) {
    object["audio_seconds"] = score.audio_seconds;
    object["wall_seconds"] = score.wall_seconds;
  }
  if (score.streaming) object["streaming"] = to_json(*score.streaming);
  return object;
}

void print(std::ostream& out, const Report& report) {
  out << printable(report.manifest) << ": " << report.separate.summary.scored << " recordings, normaliser " << normaliser_name
      << '\n';
  print_errors(out, report.separate);
  print_cost(out, report.separate.cost);
  if (report.separate.streaming) print(out, *report.separate.streaming);
  if (report.joined) {
    out << "joined to " << report.joined->summary.scored << " recordings of about 10 minutes:\n";
    print_errors(out, *report.joined);
    print_cost(out, report.joined->cost);
  }
  if (report.model) print_model(out, *report.model);
}

void print(std::ostream& out, const Score& score) {
  if (!score.failure.empty()) return;
  const auto& [words, substitutions, deletions, insertions] = score.errors;
  out << substitutions + deletions + insertions << '\t' << words << '\t' << substitutions << '\t' << deletions << '\t' << insertions
      << '\t' << fixed(score.errors.rate(), 2) << '\t' << printable(score.id) << '\n';
}

}  // namespace attend::tools
