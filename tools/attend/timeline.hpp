/// What a reader saw while a recording was being recognised.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "attend/attend.hpp"

namespace attend::tools {

/// What an event left on the display.
struct Showing {
  double audio_time = 0;            ///< seconds of audio that had been heard
  std::optional<double> wall_time;  ///< seconds since the audio began to play, if it played in real time
  std::vector<std::string> words;   ///< normalised, from the recording's start on: committed words, then tentative ones
  std::size_t committed = 0;        ///< of these
  EventKind kind = EventKind::partial;
  Cause cause = Cause::chunk;

  friend bool operator==(const Showing&, const Showing&) = default;
};

using Timeline = std::vector<Showing>;

/// Turns a stream's events into a timeline. Segments are normalised one by one, so that a word's place among all words is fixed
/// once its segment is final.
class TimelineRecorder {
 public:
  void take(const Event& event, std::optional<double> wall_time);
  const Timeline& timeline() const { return timeline_; }

 private:
  Timeline timeline_;
  std::vector<std::string> finished_;  ///< words of final segments
};

}  // namespace attend::tools
