#include "capture/level_meter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace attend::capture {
namespace {

constexpr double rate = 16000;

std::vector<float> sine(double amplitude, double seconds) {
  std::vector<float> samples(static_cast<std::size_t>(rate * seconds));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * 997 * static_cast<double>(i) / rate));
  }
  return samples;
}

TEST(LevelMeter, SilenceReadsTheFloor) {
  LevelMeter meter(rate);
  EXPECT_EQ(meter.peak_dbfs(), LevelMeter::floor_dbfs);
  meter.add(std::vector<float>(1000));
  EXPECT_EQ(meter.peak_dbfs(), LevelMeter::floor_dbfs);
}

TEST(LevelMeter, ASineReadsItsPeak) {
  LevelMeter meter(rate);
  meter.add(sine(1, 3));
  EXPECT_NEAR(meter.peak_dbfs(), 0, 0.05);
  meter.add(sine(0.1, 10));
  EXPECT_NEAR(meter.peak_dbfs(), -20, 0.05);
}

TEST(LevelMeter, ThePeakFallsTwentyDecibelsPerSecond) {
  LevelMeter meter(rate);
  meter.add(std::vector<float>{-0.5F});
  for (int tenth = 1; tenth <= 20; ++tenth) {
    meter.add(std::vector<float>(1600));
    EXPECT_NEAR(meter.peak_dbfs(), -6.0206 - 2 * tenth, 1e-3);
  }
}

TEST(LevelMeter, ABrokenSampleLeavesNoTrace) {
  LevelMeter meter(rate);
  meter.add(std::vector<float>{0.5F});
  LevelMeter broken = meter;
  broken.add(std::vector<float>{std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()});
  EXPECT_EQ(broken.peak_dbfs(), meter.peak_dbfs());
}

TEST(LevelMeter, BlocksDoNotMatter) {
  const auto samples = sine(0.3, 1);
  LevelMeter whole(rate);
  whole.add(samples);
  LevelMeter parts(rate);
  for (std::size_t at = 0; at < samples.size(); at += 160) parts.add(std::span(samples).subspan(at, 160));
  EXPECT_DOUBLE_EQ(parts.peak_dbfs(), whole.peak_dbfs());
}

}  // namespace
}  // namespace attend::capture
