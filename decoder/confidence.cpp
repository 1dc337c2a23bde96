#include "decoder/confidence.hpp"

#include <algorithm>
#include <cmath>

namespace attend::decoder {

float confidence(double log_prob, std::size_t labels) {
  return std::clamp(static_cast<float>(std::exp(log_prob / static_cast<double>(labels))), 0.0F, 1.0F);
}

// What two steps agree on is likely to stay, and what lies far from the last row has been heard whole.
float stability(float confidence, const LabelGroup& group, std::int32_t total) {
  const auto distance = static_cast<float>(std::max(total - group.furthest, 0));
  return confidence * distance / (distance + 8.0F) * (group.agreed ? 1.0F : 0.6F);
}

}  // namespace attend::decoder
