// Tells a muted microphone from a quiet room.
#pragma once

#include <cstdint>
#include <span>

namespace attend::capture {

/// Watches mono samples for a stretch without any sound. A quiet room through an open microphone stays above -80 dBFS; a muted one
/// gives zeros or the last bits of a converter. A value; how the samples are cut into blocks makes no difference.
class SilenceWatch {
 public:
  /// `rate` in Hz, > 0; silent() comes true after `seconds` whose samples are all below `limit_dbfs` in magnitude.
  explicit SilenceWatch(double rate, double seconds = 5.0, double limit_dbfs = -80.0);

  void add(std::span<const float> samples);
  /// Nothing but silence for the last `seconds`; false again with the first sample of sound.
  bool silent() const { return quiet_ > 0 && static_cast<double>(quiet_) >= needed_; }
  /// How long it has been silent by now; 0 right after sound.
  double silent_seconds() const { return static_cast<double>(quiet_) / rate_; }
  /// Whether any sound has come since the start: tells "never heard anything" from "fell silent".
  bool heard_sound() const { return heard_; }

 private:
  double rate_;
  double needed_;  // samples
  float limit_;
  std::uint64_t quiet_ = 0;  // samples since the last sound
  bool heard_ = false;
};

}  // namespace attend::capture
