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
#include "recogniser.hpp"

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

/// What a stream told.
struct Heard {
  std::string text;  ///< of all finals
  Timeline timeline;
};

/// What the streaming path gives.
Heard recognise(const Model& model, const RecognitionPlan& plan, JoinedAudio& audio) {
  const auto stream = open_streams(model, plan.stream)(audio.sample_rate(), audio.channels(), {});
  Heard heard;
  TimelineRecorder recorder;
  const auto take = [&](const Event& event, std::optional<double> wall_time) {
    if (plan.streaming) recorder.take(event, wall_time);
    if (event.kind != EventKind::final) return;
    if (!heard.text.empty()) heard.text += ' ';
    heard.text += to_text(event.committed);
  };
  play([&](std::span<float> block) { return audio.read(block); }, audio.sample_rate(), audio.channels(), *stream, plan.playback,
       take);
  heard.timeline = recorder.timeline();
  return heard;
}

void score_text(Score& score, std::span<const std::string> reference, std::string text) {
  const auto heard = normal_words(text);
  score.text = std::move(text);
  score.errors = word_errors(reference, heard);
  score.reference = joined_with_blanks(reference);
  score.hypothesis = joined_with_blanks(heard);
}

/// `audio_seconds` of the score must be set.
void score_streaming(Score& score, std::span<const std::string> reference, const StreamingPlan& plan, const std::string& id) {
  StreamedRecording recording{.reference = reference, .times = {}, .audio_seconds = score.audio_seconds};
  if (const auto times = plan.times.find(id); times != plan.times.end()) recording.times = times_of(reference, times->second);
  score.streaming = measure_streaming(score.timeline, recording);
}

double tail_seconds(const RecognitionPlan& plan) {
  return plan.streaming ? std::chrono::duration<double>(plan.streaming->tail).count() : 0;
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
  auto gaps = join.gaps;
  const double tail = tail_seconds(plan);
  if (tail > 0) gaps.push_back(tail);
  JoinedAudio audio(std::move(files), std::move(gaps), plan.raw);
  auto heard = recognise(model, plan, audio);
  score.wall_seconds = seconds_since(start);
  score.audio_seconds = audio.seconds() - tail;
  score.timeline = std::move(heard.timeline);
  score_text(score, reference, std::move(heard.text));
  if (plan.streaming) score_streaming(score, reference, *plan.streaming, recordings[join.recordings.front()].id);
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
  for (const auto& score : evaluation.scores) {
    if (score.failure.empty()) evaluation.cost.audio_seconds += score.audio_seconds + tail_seconds(plan);
  }
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
  auto finals_only = plan;
  finals_only.streaming.reset();
  auto evaluation = evaluate(model, finals_only, recordings, plan_joins(seconds));
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

Evaluation evaluate_timelines(const std::unordered_map<std::string, RecordedTimeline>& timelines, const StreamingPlan& plan,
                              std::span<const Recording> recordings) {
  Evaluation evaluation;
  for (const auto& recording : recordings) {
    auto& score = evaluation.scores.emplace_back();
    score.id = recording.id;
    score.speaker = recording.speaker;
    const auto found = timelines.find(recording.id);
    if (found == timelines.end()) {
      score.failure = "the recording '" + recording.id + "' has no timeline; add it, with empty 'showings' if nothing was heard.";
      continue;
    }
    const auto reference = normal_words(recording.text);
    score.timeline = found->second.timeline;
    score_text(score, reference, score.timeline.empty() ? "" : joined_with_blanks(score.timeline.back().words));
    score.audio_seconds = found->second.audio_seconds;
    score_streaming(score, reference, plan, recording.id);
  }
  return evaluation;
}

std::optional<StreamingMeasures> sum_streaming(std::span<const Score> scores) {
  std::optional<StreamingMeasures> sum;
  for (const auto& score : scores) {
    if (!score.streaming) continue;
    if (!sum) sum.emplace();
    *sum += *score.streaming;
  }
  return sum;
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
