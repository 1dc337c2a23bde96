// The way of samples from the audio thread to the reader.
#pragma once

#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace attend::capture {

/// Makes one channel of many, keeps what waits to be read, counts what is lost. One thread calls `take` and `add_lost`, which
/// neither lock nor allocate; another calls `read`; `lost` may be called by any.
class Intake {
 public:
  /// `channels` ≥ 1 per frame; `channel` < channels, from 0, or unset for the mean of all; room for `capacity` ≥ 1 samples.
  Intake(std::size_t channels, std::optional<std::size_t> channel, std::size_t capacity);

  /// Interleaved frames in [-1, 1]. What finds no room is lost: the newest, since the older is already the reader's.
  void take(std::span<const float> frames);
  /// Samples that never came.
  void add_lost(std::uint64_t samples) { lost_.fetch_add(samples, std::memory_order_relaxed); }

  /// At most as many as fit; how many.
  std::size_t read(std::span<float> samples) { return ring_.pop(samples.data(), samples.size()); }
  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  float mono(std::span<const float> frame) const;

  std::size_t channels_;
  std::optional<std::size_t> channel_;
  boost::lockfree::spsc_queue<float> ring_;
  std::atomic<std::uint64_t> lost_ = 0;
};

}  // namespace attend::capture
