#include "capture/intake.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace attend::capture {

Intake::Intake(std::size_t channels, std::optional<std::size_t> channel, std::size_t capacity)
    : channels_(channels), channel_(channel), ring_(capacity) {}

float Intake::mono(std::span<const float> frame) const {
  if (channel_) {
    return frame[*channel_];
  }
  return std::accumulate(frame.begin(), frame.end(), 0.0F) / static_cast<float>(channels_);
}

void Intake::take(std::span<const float> frames) {
  std::array<float, 256> part;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled before it is read
  while (frames.size() >= channels_) {
    const std::size_t count = std::min(frames.size() / channels_, part.size());
    for (std::size_t i = 0; i < count; ++i) {
      part[i] = mono(frames.subspan(i * channels_, channels_));
    }
    frames = frames.subspan(count * channels_);
    if (const std::size_t kept = ring_.push(part.data(), count); kept < count) {
      add_lost(count - kept);
    }
  }
}

}  // namespace attend::capture
