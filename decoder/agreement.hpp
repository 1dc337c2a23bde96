// How far the hypotheses of a step agree with the best of them.
#pragma once

#include <span>

#include "decoder/extension.hpp"
#include "decoder/hypothesis_tree.hpp"
#include "decoder/label_groups.hpp"

namespace attend::decoder {

/// Marks the groups of one of the hypotheses `found`, the best first: which of them no other within `within` of the best's
/// log-score disputes, and which share of all supports them.
void weigh_rivals(const HypothesisTree& tree, std::span<const Extended> found, const Extended& one, float within,
                  std::span<LabelGroup> groups);

}  // namespace attend::decoder
