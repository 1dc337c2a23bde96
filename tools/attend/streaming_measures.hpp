/// What text that grows while it is spoken is judged by; docs/measures.md defines every measure in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "timeline.hpp"
#include "wer.hpp"
#include "word_times.hpp"

namespace attend::tools {

/// At each place of the text, the word that stood there first.
std::vector<std::string> first_shown_words(const Timeline& timeline);

/// How many words were changed or withdrawn: for each showing, the words of the one before that stand behind their common
/// beginning.
std::int64_t changed_words(const Timeline& timeline);

/// When each word of the last showing was first seen.
struct WordDebut {
  std::size_t shown = 0;      ///< the first showing in which the word stands at its place
  std::size_t committed = 0;  ///< the first in which it is committed; the timeline's length if it never is
};
std::vector<WordDebut> word_debuts(const Timeline& timeline);

/// Delays in seconds, one for each word or each recording that has one.
struct Delays {
  std::vector<double> audio;  ///< by the audio's clock
  std::vector<double> wall;   ///< by the clock on the wall; empty unless the audio played in real time

  Delays& operator+=(const Delays& other);
};

/// A recording as it was spoken and as it was heard.
struct StreamedRecording {
  std::span<const std::string> reference;        ///< normalised
  std::optional<std::vector<SpokenWord>> times;  ///< of the reference's words, if known
  double audio_seconds = 0;                      ///< of the recording, without silence played behind it
};

/// Measures of one recording or, added, of many.
struct StreamingMeasures {
  WordErrors shown;                                   ///< of the words first shown
  std::int64_t final_words = 0, changed_words = 0;    ///< flicker is their ratio
  std::int64_t long_words = 0, long_by_final = 0;     ///< of recordings over 5 s: all, and those first committed by a final
  std::int64_t timed_words = 0, missed_words = 0;     ///< of references with known times: all, and those never right
  std::int64_t timed_recordings = 0, recordings = 0;  ///< with known word times, and all
  std::int64_t ended_without_endpoint = 0;            ///< of the recordings with known word times
  Delays word_shown, word_committed, endpoint;

  double flicker() const { return final_words == 0 ? 0 : static_cast<double>(changed_words) / static_cast<double>(final_words); }
  StreamingMeasures& operator+=(const StreamingMeasures& other);
};

inline constexpr double long_recording_seconds = 5;

StreamingMeasures measure_streaming(const Timeline& timeline, const StreamedRecording& recording);

}  // namespace attend::tools
