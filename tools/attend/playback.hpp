#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>

#include "recogniser.hpp"

namespace attend::tools {

/// How a recording is played to a recogniser.
struct Playback {
  std::chrono::milliseconds block{100};  ///< samples arrive so many at a time
  bool real_time = false;                ///< a block arrives when a microphone would have heard all of it; else as fast as it goes
};

/// Fills with interleaved samples and returns how many there were, 0 at the end.
using ReadSamples = std::function<std::size_t(std::span<float>)>;

/// Takes an event and, in real time, the seconds since the audio began to play.
using TakeEvent = std::function<void(const Event& event, std::optional<double> wall_time)>;

/// Plays audio of this rate and so many channels from its beginning to its end; every event goes to `take`. In real time the
/// calling thread sleeps between blocks. A machine that cannot keep up delivers blocks late; then the time of the wall shows it.
void play(const ReadSamples& read, int sample_rate, int channels, Recogniser& recogniser, const Playback& playback,
          const TakeEvent& take);

}  // namespace attend::tools
