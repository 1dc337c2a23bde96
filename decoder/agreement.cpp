#include "decoder/agreement.hpp"

#include <algorithm>
#include <cmath>

namespace attend::decoder {

namespace {

std::size_t shared_labels(std::span<const HypothesisId> a, std::span<const HypothesisId> b) {
  const auto shorter = static_cast<std::ptrdiff_t>(std::min(a.size(), b.size()));
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.begin() + shorter, b.begin()).first - a.begin());
}

}  // namespace

void weigh_rivals(const HypothesisTree& tree, std::span<const Extended> found, const Extended& one, float within,
                  std::span<LabelGroup> groups) {
  const std::vector<HypothesisId> own = tree.path(one.leaf);
  double all = 0;
  std::vector<double> support(groups.size(), 0.0);
  for (const Extended& rival : found) {
    const double distance = behind(found.front(), rival);
    const double share = std::exp(-distance);
    const std::size_t shared = &rival == &one ? own.size() : shared_labels(own, tree.path(rival.leaf));
    all += share;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (groups[i].end <= shared) {
        support[i] += share;
      } else if (distance <= static_cast<double>(within)) {
        groups[i].undisputed = false;
      }
    }
  }
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i].support = static_cast<float>(support[i] / all);
}

}  // namespace attend::decoder
