#include "capture/silence_watch.hpp"

#include <algorithm>
#include <cmath>

namespace attend::capture {

SilenceWatch::SilenceWatch(double rate, double seconds, double limit_dbfs)
    : rate_(rate), needed_(rate * seconds), limit_(static_cast<float>(std::pow(10.0, limit_dbfs / 20))) {}

void SilenceWatch::add(std::span<const float> samples) {
  // Not "< limit": a NaN counts as sound, since no muted device gives one.
  const auto last_sound =
      std::find_if(samples.rbegin(), samples.rend(), [&](float sample) { return !(std::abs(sample) < limit_); });
  const auto quiet = static_cast<std::uint64_t>(last_sound - samples.rbegin());
  if (last_sound == samples.rend()) {
    quiet_ += quiet;
  } else {
    quiet_ = quiet;
    heard_ = true;
  }
}

}  // namespace attend::capture
