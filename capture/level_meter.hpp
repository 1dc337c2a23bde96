// How loud it is, for a person to look at.
#pragma once

#include <span>

namespace attend::capture {

/// Peak level of mono samples in dB of full scale. It falls back at 20 dB per second, slow enough to be read. A value; how the
/// samples are cut into blocks makes no difference beyond rounding.
class LevelMeter {
 public:
  static constexpr double floor_dbfs = -100;  ///< what silence reads

  explicit LevelMeter(double rate);  ///< Hz, > 0

  void add(std::span<const float> samples);
  double peak_dbfs() const;  ///< floor_dbfs or more; above 0 where samples exceed [-1, 1]

 private:
  double peak_decay_;  // factor per sample
  double peak_ = 0;    // magnitude
};

}  // namespace attend::capture
