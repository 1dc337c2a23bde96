// When blocks of samples come, and what that says about those that do not.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace attend::capture {

/// Keeps the time of the last block. One thread calls `note` and `note_gap`; any may call `silent_for`.
class Arrival {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `rate` in Hz; `start` counts as the arrival of a block.
  Arrival(double rate, Time start) : rate_(rate), last_(start.time_since_epoch().count()) {}

  /// A block that follows the one before it.
  void note(Time now) { last_.store(now.time_since_epoch().count(), std::memory_order_relaxed); }
  /// A block of `frames` before which the sound system lost some, without telling how many. Returns how many fit into the time
  /// since the block before; at least one, so that no loss goes unseen. The two clocks cannot drift apart within that time.
  std::uint64_t note_gap(Time now, std::uint64_t frames);

  std::chrono::duration<double> silent_for(Time now) const { return now - last(); }

 private:
  Time last() const { return Time(Time::duration(last_.load(std::memory_order_relaxed))); }

  double rate_;
  std::atomic<Time::rep> last_;
};

}  // namespace attend::capture
