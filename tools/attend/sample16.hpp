#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace attend::tools {

/// A value in [-1, 1] as a sample of 16 bits; what lies beyond is cut, what is no number is silence.
std::int16_t to_sample16(double value);

/// Samples of 16 bits as values in [-1, 1); `values` takes their number.
void to_values(std::span<const std::int16_t> samples, std::vector<float>& values);

}  // namespace attend::tools
