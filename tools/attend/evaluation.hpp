#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "attend/attend.hpp"
#include "bootstrap.hpp"
#include "join.hpp"
#include "manifest.hpp"
#include "playback.hpp"
#include "streaming_measures.hpp"
#include "timeline_file.hpp"
#include "wer.hpp"
#include "word_times.hpp"

namespace attend::tools {

/// One text that was scored: a recording, or several that were joined.
struct Score {
  std::string id;
  std::string speaker;                ///< empty if not known, or joined
  std::string reference, hypothesis;  ///< normalised
  std::string text;                   ///< as recognised
  WordErrors errors;
  double audio_seconds = 0, wall_seconds = 0;
  Timeline timeline;                           ///< if the plan measures streaming
  std::optional<StreamingMeasures> streaming;  ///< likewise
  std::string failure;  ///< a sentence, if it could not be recognised; then nothing else is filled but the id
};

/// What it took to recognise all.
struct Cost {
  double audio_seconds = 0;
  double processor_seconds = 0;  ///< of the whole process, reading of files included, loading of the model not
  double wall_seconds = 0;
};

struct Evaluation {
  std::vector<Score> scores;  ///< in the order of the manifest
  Cost cost;
};

/// What is asked about the text while it grows.
struct StreamingPlan {
  WordTimes times;                    ///< of the recordings where they are known
  std::chrono::milliseconds tail{0};  ///< so much faint noise is played behind each recording, as a microphone goes on hearing
};

struct RecognitionPlan {
  StreamOptions stream;  ///< rate and channels are set from each recording
  std::optional<RawFormat> raw;
  Playback playback;
  std::optional<StreamingPlan> streaming;  ///< unset: only the final text counts
  int jobs = 1;
  std::function<void()> done;  ///< called after each text, from any thread
};

/// Recognises and scores every recording by itself, on `jobs` threads. A recording that fails keeps the sentence and harms no
/// other.
Evaluation evaluate_recordings(const Model& model, const RecognitionPlan& plan, std::span<const Recording> recordings);

/// The same for recordings joined to long ones, without streaming measures; lengths come from the manifest or the files. Throws
/// attend::Error if a length is unknown.
Evaluation evaluate_joined(const Model& model, const RecognitionPlan& plan, std::span<const Recording> recordings);

/// Scores texts that were recognised elsewhere, by id. A recording without text has failed.
Evaluation evaluate_texts(const std::unordered_map<std::string, std::string>& texts, std::span<const Recording> recordings);

/// Scores what another recogniser showed, by id. A recording without timeline has failed.
Evaluation evaluate_timelines(const std::unordered_map<std::string, RecordedTimeline>& timelines, const StreamingPlan& plan,
                              std::span<const Recording> recordings);

/// What an error rate says about a set.
struct Summary {
  WordErrors errors;
  Interval interval;
  std::string clusters_are;  ///< "speakers", or "recordings" if fewer than two speakers are known
  std::size_t clusters = 0;
  std::size_t scored = 0, failed = 0;
};

Summary summarise(std::span<const Score> scores);

/// The streaming measures of all that have some; nothing if none has.
std::optional<StreamingMeasures> sum_streaming(std::span<const Score> scores);

}  // namespace attend::tools
