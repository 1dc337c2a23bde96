#include "capture/level_meter.hpp"

#include <algorithm>
#include <cmath>

namespace attend::capture {
namespace {

constexpr double peak_fall = 20;      // dB per second
constexpr double mean_seconds = 0.3;  // time constant

double decibels(double magnitude) {
  return magnitude > 0 ? std::max(20 * std::log10(magnitude), LevelMeter::floor_dbfs) : LevelMeter::floor_dbfs;
}

}  // namespace

LevelMeter::LevelMeter(double rate)
    : peak_decay_(std::pow(10.0, -peak_fall / 20 / rate)), mean_decay_(std::exp(-1 / (mean_seconds * rate))) {}

void LevelMeter::add(std::span<const float> samples) {
  for (const float sample : samples) {
    if (!std::isfinite(sample)) {
      continue;  // one broken sample would stay in the mean for ever
    }
    const double value = sample;
    peak_ = std::max(peak_ * peak_decay_, std::abs(value));
    mean_ = mean_ * mean_decay_ + (1 - mean_decay_) * value * value;
  }
}

double LevelMeter::peak_dbfs() const {
  return decibels(peak_);
}
double LevelMeter::rms_dbfs() const {
  return decibels(std::sqrt(mean_));
}

}  // namespace attend::capture
