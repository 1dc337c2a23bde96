#include "sdk/sample_queue.hpp"

#include <algorithm>

namespace attend::sdk {

void SampleQueue::make_room() {
  // Taken samples go once they outweigh the rest, so that each sample is moved at most once more; a backlog's memory goes with it.
  if (next_ * 2 < samples_.size()) return;
  samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(next_));
  next_ = 0;
  constexpr std::size_t kept = 1U << 16U;
  if (samples_.capacity() > kept && samples_.size() < samples_.capacity() / 4) samples_.shrink_to_fit();
}

void SampleQueue::push(std::span<const float> samples) {
  make_room();
  samples_.insert(samples_.end(), samples.begin(), samples.end());
  pushed_ += static_cast<std::int64_t>(samples.size());
}

void SampleQueue::push(std::span<const std::int16_t> samples) {
  make_room();
  const std::size_t before = samples_.size();
  samples_.resize(before + samples.size());
  std::ranges::transform(samples, samples_.begin() + static_cast<std::ptrdiff_t>(before),
                         [](std::int16_t sample) { return static_cast<float>(sample) / 32768.0F; });
  pushed_ += static_cast<std::int64_t>(samples.size());
}

std::span<const float> SampleQueue::take(std::size_t most) {
  const std::size_t count = std::min(most, samples_.size() - next_);
  const auto taken = std::span<const float>(samples_).subspan(next_, count);
  next_ += count;
  return taken;
}

}  // namespace attend::sdk
