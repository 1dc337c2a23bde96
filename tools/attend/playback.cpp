#include "playback.hpp"

#include <algorithm>
#include <thread>
#include <vector>

namespace attend::tools {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

class Player {
 public:
  Player(Recogniser& recogniser, const Playback& playback, const TakeEvent& take)
      : recogniser_(recogniser), real_time_(playback.real_time), take_(take) {}

  /// `end`: seconds of audio up to the end of this block.
  void hear(std::span<const float> block, double end) {
    if (real_time_) std::this_thread::sleep_until(start_ + std::chrono::duration_cast<Clock::duration>(Seconds(end)));
    recogniser_.write(block);
    tell();
  }

  void finish() {
    recogniser_.finish();
    tell();
  }

 private:
  void tell() {
    while (const auto event = recogniser_.read()) {
      take_(*event, real_time_ ? std::optional(Seconds(Clock::now() - start_).count()) : std::nullopt);
    }
  }

  Recogniser& recogniser_;
  bool real_time_;
  const TakeEvent& take_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace

void play(const ReadSamples& read, int sample_rate, int channels, Recogniser& recogniser, const Playback& playback,
          const TakeEvent& take) {
  const auto frames = std::max<std::int64_t>(sample_rate * playback.block.count() / 1000, 1);
  std::vector<float> block(static_cast<std::size_t>(frames * channels));
  Player player(recogniser, playback, take);
  std::int64_t position = 0;
  while (const auto samples = read(block)) {
    position += static_cast<std::int64_t>(samples) / channels;
    player.hear(std::span(block).first(samples), static_cast<double>(position) / sample_rate);
  }
  player.finish();
}

}  // namespace attend::tools
