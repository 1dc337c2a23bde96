#pragma once

#include <chrono>
#include <optional>

namespace attend::tools {

struct PaceLimits {
  std::chrono::milliseconds narrowest{320};  ///< the chunk that was asked for
  std::chrono::milliseconds widest{2560};
  /// Seconds of audio that may wait for recognition before the chunk widens.
  double lag = 1.5;
};

/// Decides how long a chunk is: twice as long when recognition falls behind, half as long when it has kept up for a while. A value
/// that knows no clock: equal sequences of audio and lag give equal decisions.
///
/// Recognition works in bursts, a chunk at a time, so what counts is the least lag within a stretch of two chunks: a recogniser
/// that keeps up has caught up at least once in it. Narrowing is tried after 10 s without lag; where a try had to be taken back
/// within a minute, the next one waits twice as long (5 minutes at most), so that a machine at its limit does not swing.
class PaceRule {
 public:
  explicit PaceRule(const PaceLimits& limits);

  std::chrono::milliseconds chunk() const { return chunk_; }

  /// Audio up to `position` (seconds, never falling) is recognised, and `lag` seconds wait. Returns the new chunk if it changes.
  std::optional<std::chrono::milliseconds> update(double position, double lag);

 private:
  std::optional<std::chrono::milliseconds> judge(double position, double lag);
  std::optional<std::chrono::milliseconds> widen(double position);
  std::optional<std::chrono::milliseconds> narrow(double position);

  PaceLimits limits_;
  std::chrono::milliseconds chunk_;
  double stretch_begin_ = 0;
  std::optional<double> least_lag_;  ///< in this stretch
  double calm_since_ = 0;
  double patience_;
  std::optional<double> narrowed_at_;
};

}  // namespace attend::tools
