#include "evaluation.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <ctime>
#include <exception>
#include <map>
#include <utility>

#include "joined_audio.hpp"
#include "normaliser.hpp"

namespace attend::tools {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}
double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

std::string joined_with_blanks(std::span<const std::string> words) {
  std::string line;
  for (const auto& word : words) {
    if (!line.empty()) line += ' ';
    line += word;
  }
  return line;
}

/// Takes the words of all segments that are final by now.
void drain(Stream& stream, std::string& text) {
  while (const auto event = stream.read()) {
    if (event->kind != EventKind::final) continue;
    if (!text.empty()) text += ' ';
    text += to_text(event->committed);
  }
}

/// The text that the streaming path gives, a block of 100 ms at a time.
std::string recognise(const Model& model, StreamOptions options, JoinedAudio& audio) {
  options.sample_rate = audio.sample_rate();
  options.channels = audio.channels();
  Stream stream(model, options);
  const auto frames = static_cast<std::size_t>(std::max(audio.sample_rate() / 10, 1));
  std::vector<float> block(frames * static_cast<std::size_t>(audio.channels()));
  std::string text;
  while (const auto samples = audio.read(block)) {
    stream.write(std::span<const float>(block).first(samples));
    drain(stream, text);
  }
  stream.finish();
  drain(stream, text);
  return text;
}

void score_text(Score& score, std::span<const std::string> reference, std::string text) {
  const auto heard = normal_words(text);
  score.text = std::move(text);
  score.errors = word_errors(reference, heard);
  score.reference = joined_with_blanks(reference);
  score.hypothesis = joined_with_blanks(heard);
}

Score recognise_and_score(const Model& model, const RecognitionPlan& plan, std::span<const Recording> recordings,
                          const Join& join) {
  Score score;
  const auto start = Clock::now();
  std::vector<std::filesystem::path> files;
  std::vector<std::string> reference;
  for (const auto i : join.recordings) {
    files.push_back(recordings[i].audio);
    std::ranges::move(normal_words(recordings[i].text), std::back_inserter(reference));
  }
  JoinedAudio audio(std::move(files), join.gaps, plan.raw);
  auto text = recognise(model, plan.stream, audio);
  score.wall_seconds = seconds_since(start);
  score.audio_seconds = audio.seconds();
  score_text(score, reference, std::move(text));
  return score;
}

Evaluation evaluate(const Model& model, const RecognitionPlan& plan, std::span<const Recording> recordings,
                    std::span<const Join> joins) {
  Evaluation evaluation;
  evaluation.scores.resize(joins.size());
  const auto start = Clock::now();
  const double processor_start = processor_seconds();
  boost::asio::thread_pool pool(static_cast<std::size_t>(std::max(plan.jobs, 1)));
  for (std::size_t i = 0; i < joins.size(); ++i) {
    boost::asio::post(pool, [&, i] {
      try {
        evaluation.scores[i] = recognise_and_score(model, plan, recordings, joins[i]);
      } catch (const std::exception& error) {
        evaluation.scores[i].failure = error.what();
      }
      if (plan.done) plan.done();
    });
  }
  pool.join();
  evaluation.cost.wall_seconds = seconds_since(start);
  evaluation.cost.processor_seconds = processor_seconds() - processor_start;
  for (const auto& score : evaluation.scores) evaluation.cost.audio_seconds += score.audio_seconds;
  return evaluation;
}

double length_of(const Recording& recording, const std::optional<RawFormat>& raw) {
  if (recording.duration) return *recording.duration;
  const auto file = raw ? AudioFile::open_raw(recording.audio, *raw) : AudioFile::open(recording.audio);
  if (const auto seconds = file.seconds()) return *seconds;
  throw Error(
      Fault::unsupported,
      recording.audio.string() + ": its container does not tell its length, which joining needs; add 'duration' to the manifest.");
}

}  // namespace

Evaluation evaluate_recordings(const Model& model, const RecognitionPlan& plan, std::span<const Recording> recordings) {
  std::vector<Join> alone(recordings.size());
  for (std::size_t i = 0; i < alone.size(); ++i) alone[i].recordings = {i};
  auto evaluation = evaluate(model, plan, recordings, alone);
  for (std::size_t i = 0; i < alone.size(); ++i) {
    evaluation.scores[i].id = recordings[i].id;
    evaluation.scores[i].speaker = recordings[i].speaker;
  }
  return evaluation;
}

Evaluation evaluate_joined(const Model& model, const RecognitionPlan& plan, std::span<const Recording> recordings) {
  std::vector<double> seconds;
  seconds.reserve(recordings.size());
  for (const auto& recording : recordings) seconds.push_back(length_of(recording, plan.raw));
  auto evaluation = evaluate(model, plan, recordings, plan_joins(seconds));
  for (std::size_t i = 0; i < evaluation.scores.size(); ++i) evaluation.scores[i].id = "joined-" + std::to_string(i + 1);
  return evaluation;
}

Evaluation evaluate_texts(const std::unordered_map<std::string, std::string>& texts, std::span<const Recording> recordings) {
  Evaluation evaluation;
  for (const auto& recording : recordings) {
    auto& score = evaluation.scores.emplace_back();
    score.id = recording.id;
    score.speaker = recording.speaker;
    const auto found = texts.find(recording.id);
    if (found == texts.end()) {
      score.failure = "the recording '" + recording.id + "' has no text among the hypotheses; add it, empty if nothing was heard.";
    } else {
      score_text(score, normal_words(recording.text), found->second);
    }
  }
  return evaluation;
}

Summary summarise(std::span<const Score> scores) {
  Summary summary;
  std::map<std::string, WordErrors> speakers;
  std::vector<WordErrors> clusters;
  for (const auto& score : scores) {
    if (!score.failure.empty()) {
      ++summary.failed;
      continue;
    }
    ++summary.scored;
    summary.errors += score.errors;
    clusters.push_back(score.errors);
    // A recording without a speaker counts as a speaker of its own.
    speakers[score.speaker.empty() ? "\n" + score.id : score.speaker] += score.errors;
  }
  const bool known = std::ranges::any_of(scores, [](const Score& score) { return !score.speaker.empty(); });
  const bool by_speaker = known && speakers.size() > 1;
  if (by_speaker) {
    clusters.clear();
    for (const auto& [speaker, errors] : speakers) clusters.push_back(errors);
  }
  summary.clusters_are = by_speaker ? "speakers" : "recordings";
  summary.clusters = clusters.size();
  summary.interval = bootstrap_interval(clusters);
  return summary;
}

}  // namespace attend::tools
