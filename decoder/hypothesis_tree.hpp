// The hypotheses below the committed labels, as a tree. A greedy search keeps one path of it, a beam several.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decoder/attention_scorer.hpp"
#include "decoder/label_opinion.hpp"
#include "decoder/outlook.hpp"

namespace attend::decoder {

using HypothesisId = std::int32_t;
inline constexpr HypothesisId no_hypothesis = -1;

/// The labels up to and including this one. What is said of the label was said at the place before it.
struct Hypothesis {
  HypothesisId parent = no_hypothesis;
  Label label = 0;
  std::int32_t peak = 0;                    ///< row of the largest attention
  float log_prob = 0;                       ///< of the label, attention's own
  float score = 0;                          ///< of the label, second opinions included
  std::int32_t steps = 0;                   ///< steps in a row in which it was part of the best hypothesis, this one included
  NodeId place = no_node;                   ///< the scorer's node after the label, in this step
  std::vector<OpinionState> opinions = {};  ///< after the label, one per opinion
  Outlook outlook = {};                     ///< after the label: what might follow
};

/// Parents stand before their children. Ids are valid until `prune`.
class HypothesisTree {
 public:
  static constexpr HypothesisId root = 0;  ///< the last committed label, or the label that begins every text

  explicit HypothesisTree(Hypothesis first);

  std::size_t size() const { return nodes_.size(); }
  Hypothesis& operator[](HypothesisId id) { return nodes_[static_cast<std::size_t>(id)]; }
  const Hypothesis& operator[](HypothesisId id) const { return nodes_[static_cast<std::size_t>(id)]; }

  HypothesisId child(HypothesisId parent, Label label) const;
  HypothesisId add(HypothesisId parent, Label label);
  /// From the root (not included) to `leaf`.
  std::vector<HypothesisId> path(HypothesisId leaf) const;
  /// Whether `ancestor` lies on the way to `id`, or is it.
  bool descends(HypothesisId id, HypothesisId ancestor) const;
  /// Makes `new_root` the root and keeps, below it, the paths that end in `leaves`, all of which descend from it.
  void prune(HypothesisId new_root, std::span<const HypothesisId> leaves);

 private:
  std::vector<Hypothesis> nodes_;
};

}  // namespace attend::decoder
