#include "decoder/confidence.hpp"

#include <algorithm>
#include <cmath>

namespace attend::decoder {

float mean_probability(double log_prob, std::size_t labels) {
  const auto mean = static_cast<float>(std::exp(log_prob / static_cast<double>(labels)));
  return mean > 0 ? std::min(mean, 1.0F) : 0.0F;
}

float mean_probability(const HypothesisTree& tree, std::span<const HypothesisId> labels) {
  double log_prob = 0;
  for (const HypothesisId id : labels) log_prob += static_cast<double>(tree[id].log_prob);
  return mean_probability(log_prob, labels.size());
}

// Words are right a little more often than their labels are thought to be.
float confidence(float mean_probability) {
  constexpr float odds = 1.5F;
  return odds * mean_probability / (odds * mean_probability + 1 - mean_probability);
}

// What two steps agree on is likely to stay, what lies far from the last row has been heard whole, and what hypotheses dispute may
// give way. The product of all that ranks words; the second line makes a frequency of it.
float stability(float mean_probability, const LabelGroup& group, std::int32_t total) {
  const auto distance = static_cast<float>(std::max(total - group.furthest, 0));
  const float rank = mean_probability * distance / (distance + 8.0F) * (group.agreed ? 1.0F : 0.6F) * group.support;
  constexpr float odds = 120;
  return odds * rank * rank / (odds * rank * rank + (1 - rank) * (1 - rank));
}

void rate_stability(const HypothesisTree& tree, std::span<const HypothesisId> path, std::int32_t total,
                    std::span<LabelGroup> groups) {
  float steadiest = 1;
  for (LabelGroup& group : groups) {
    if (group.tail) continue;
    const float mean = mean_probability(tree, path.subspan(group.begin, group.end - group.begin));
    steadiest = std::min(steadiest, stability(mean, group, total));
    group.stability = steadiest;
  }
}

}  // namespace attend::decoder
