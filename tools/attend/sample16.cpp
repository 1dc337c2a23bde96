#include "sample16.hpp"

#include <algorithm>
#include <cmath>

namespace attend::tools {

std::int16_t to_sample16(double value) {
  if (std::isnan(value)) return 0;
  return static_cast<std::int16_t>(std::lround(std::clamp(value * 32768.0, -32768.0, 32767.0)));
}

void to_values(std::span<const std::int16_t> samples, std::vector<float>& values) {
  values.resize(samples.size());
  std::ranges::transform(samples, values.begin(), [](std::int16_t sample) { return static_cast<float>(sample) / 32768.0F; });
}

}  // namespace attend::tools
