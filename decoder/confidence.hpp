// How surely a word is right, and how surely a shown word stays. Formulas and how well they hold: docs/search.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "decoder/hypothesis_tree.hpp"
#include "decoder/label_groups.hpp"

namespace attend::decoder {

/// The geometric mean of the probabilities of so many labels, whose log-probabilities add up to `log_prob`; in [0,1].
float mean_probability(double log_prob, std::size_t labels);

/// Of a word whose labels have this mean probability.
float confidence(float mean_probability);

/// The same of these labels of a tree.
float mean_probability(const HypothesisTree& tree, std::span<const HypothesisId> labels);

/// Of a tentative word whose labels have this mean probability, at a step with `total` rows.
float stability(float mean_probability, const LabelGroup& group, std::int32_t total);

/// Fills in the groups' stability, no word's more than that of the word before it. A tail has none of its own. `path` are the
/// accepted labels.
void rate_stability(const HypothesisTree& tree, std::span<const HypothesisId> path, std::int32_t total,
                    std::span<LabelGroup> groups);

}  // namespace attend::decoder
