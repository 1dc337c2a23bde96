#include "capture/level_meter.hpp"

#include <algorithm>
#include <cmath>

namespace attend::capture {
namespace {

constexpr double peak_fall = 20;  // dB per second

double decibels(double magnitude) {
  return magnitude > 0 ? std::max(20 * std::log10(magnitude), LevelMeter::floor_dbfs) : LevelMeter::floor_dbfs;
}

}  // namespace

LevelMeter::LevelMeter(double rate) : peak_decay_(std::pow(10.0, -peak_fall / 20 / rate)) {}

void LevelMeter::add(std::span<const float> samples) {
  for (const float sample : samples) {
    if (!std::isfinite(sample)) {
      continue;  // an infinite sample would stay the peak for ever
    }
    peak_ = std::max(peak_ * peak_decay_, std::abs(static_cast<double>(sample)));
  }
}

double LevelMeter::peak_dbfs() const {
  return decibels(peak_);
}

}  // namespace attend::capture
