#include "decoder/label_groups.hpp"

#include <algorithm>

namespace attend::decoder {

namespace {

bool begins_word(const LabelTable& table, Label label) {
  const auto index = static_cast<std::size_t>(label);
  return index < table.begins_word.size() && table.begins_word[index];
}

}  // namespace

std::vector<LabelGroup> group_labels(const HypothesisTree& tree, std::span<const HypothesisId> path, const Extended& found,
                                     const LabelTable& table, bool after_committed) {
  std::vector<LabelGroup> groups;
  std::int32_t furthest = 0;
  bool agreed = true;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const Hypothesis& label = tree[path[i]];
    const bool begins = begins_word(table, label.label);
    if (groups.empty() || begins) {
      if (!groups.empty()) groups.back().complete = true;
      groups.push_back({.begin = i, .tail = groups.empty() && after_committed && !begins});
    }
    furthest = std::max(furthest, label.peak);
    agreed = agreed && label.steps >= 2;
    groups.back().end = i + 1;
    groups.back().furthest = furthest;
    groups.back().agreed = agreed;
  }
  if (!groups.empty()) groups.back().complete = found.next == table.end || begins_word(table, found.next);
  return groups;
}

}  // namespace attend::decoder
