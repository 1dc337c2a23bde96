#include "streaming_measures.hpp"

#include <algorithm>

#include "word_matches.hpp"

namespace attend::tools {
namespace {

std::size_t common_beginning(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

void add_delay(Delays& delays, const Showing& showing, double since) {
  delays.audio.push_back(showing.audio_time - since);
  if (showing.wall_time) delays.wall.push_back(*showing.wall_time - since);
}

/// Words of the last showing that a final was the first to commit.
std::int64_t committed_by_final(const Timeline& timeline, std::span<const WordDebut> debuts) {
  return std::ranges::count_if(debuts, [&](const WordDebut& debut) {
    return debut.committed < timeline.size() && timeline[debut.committed].kind == EventKind::final;
  });
}

/// From a word's end to its first correct showing and to its commitment.
void measure_words(const Timeline& timeline, const StreamedRecording& recording, std::span<const std::string> heard,
                   std::span<const WordDebut> debuts, StreamingMeasures& measures) {
  const auto matches = matched_words(recording.reference, heard);
  for (const auto& [reference, hypothesis] : matches) {
    const double spoken = (*recording.times)[reference].end;
    const auto& debut = debuts[hypothesis];
    add_delay(measures.word_shown, timeline[debut.shown], spoken);
    if (debut.committed < timeline.size()) add_delay(measures.word_committed, timeline[debut.committed], spoken);
  }
  measures.timed_words = static_cast<std::int64_t>(recording.reference.size());
  measures.missed_words = measures.timed_words - static_cast<std::int64_t>(matches.size());
}

/// From the end of the last word to the final that closes it. A final that only the end of the audio brought tells nothing.
void measure_endpoint(const Timeline& timeline, std::span<const SpokenWord> times, StreamingMeasures& measures) {
  const bool closed = !timeline.empty() && timeline.back().kind == EventKind::final && timeline.back().cause == Cause::endpoint;
  if (!times.empty() && closed) {
    add_delay(measures.endpoint, timeline.back(), times.back().end);
  } else {
    measures.ended_without_endpoint = 1;
  }
}

}  // namespace

std::vector<std::string> first_shown_words(const Timeline& timeline) {
  std::vector<std::string> first;
  for (const auto& showing : timeline) {
    for (std::size_t place = first.size(); place < showing.words.size(); ++place) first.push_back(showing.words[place]);
  }
  return first;
}

std::int64_t changed_words(const Timeline& timeline) {
  std::size_t changed = 0;
  for (std::size_t i = 1; i < timeline.size(); ++i) {
    const auto& before = timeline[i - 1].words;
    changed += before.size() - common_beginning(before, timeline[i].words);
  }
  return static_cast<std::int64_t>(changed);
}

std::vector<WordDebut> word_debuts(const Timeline& timeline) {
  if (timeline.empty()) return {};
  const auto& words = timeline.back().words;
  std::vector<WordDebut> debuts(words.size(), {timeline.size(), timeline.size()});
  for (std::size_t i = 0; i < timeline.size(); ++i) {
    const auto& showing = timeline[i];
    for (std::size_t place = 0; place < std::min(words.size(), showing.words.size()); ++place) {
      auto& debut = debuts[place];
      if (showing.words[place] == words[place]) debut.shown = std::min(debut.shown, i);
      if (place < showing.committed) debut.committed = std::min(debut.committed, i);
    }
  }
  return debuts;
}

Delays& Delays::operator+=(const Delays& other) {
  audio.insert(audio.end(), other.audio.begin(), other.audio.end());
  wall.insert(wall.end(), other.wall.begin(), other.wall.end());
  return *this;
}

StreamingMeasures& StreamingMeasures::operator+=(const StreamingMeasures& other) {
  shown += other.shown;
  final_words += other.final_words;
  changed_words += other.changed_words;
  long_words += other.long_words;
  long_by_final += other.long_by_final;
  timed_words += other.timed_words;
  missed_words += other.missed_words;
  timed_recordings += other.timed_recordings;
  recordings += other.recordings;
  ended_without_endpoint += other.ended_without_endpoint;
  word_shown += other.word_shown;
  word_committed += other.word_committed;
  endpoint += other.endpoint;
  return *this;
}

StreamingMeasures measure_streaming(const Timeline& timeline, const StreamedRecording& recording) {
  StreamingMeasures measures;
  const auto heard = timeline.empty() ? std::vector<std::string>() : timeline.back().words;
  const auto debuts = word_debuts(timeline);
  measures.recordings = 1;
  measures.shown = word_errors(recording.reference, first_shown_words(timeline));
  measures.final_words = static_cast<std::int64_t>(heard.size());
  measures.changed_words = changed_words(timeline);
  if (recording.audio_seconds > long_recording_seconds) {
    measures.long_words = measures.final_words;
    measures.long_by_final = committed_by_final(timeline, debuts);
  }
  if (recording.times) {
    measures.timed_recordings = 1;
    measure_words(timeline, recording, heard, debuts, measures);
    measure_endpoint(timeline, *recording.times, measures);
  }
  return measures;
}

}  // namespace attend::tools
