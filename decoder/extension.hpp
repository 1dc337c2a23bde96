// Verify and extend: one step's growth of the tree of hypotheses, against the rows as they are now.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "decoder/attention_scorer.hpp"
#include "decoder/forward_rule.hpp"
#include "decoder/hypothesis_tree.hpp"
#include "decoder/label_chooser.hpp"
#include "decoder/search_config.hpp"

namespace attend::decoder {

/// A committed label as the scorer knows it.
struct CommittedLabel {
  HeardLabel heard;
  NodeId place = no_node;  ///< the scorer's node after the label; valid in the step that scored it, and as long as it is frozen
};

/// The labels committed so far, and how many of them, from the first, keep the scorer's nodes.
struct CommittedLabels {
  std::vector<CommittedLabel> labels;
  std::size_t frozen = 0;  ///< fewer than `labels.size()`, or 0: then the label that begins every text is not frozen either
  std::size_t size() const { return labels.size(); }
};

/// Where a hypothesis ends in a step.
struct Extended {
  HypothesisId leaf = HypothesisTree::root;
  Stop stop = Stop::end;
  Label next = 0;    ///< the label that was not accepted
  double score = 0;  ///< log-score of what was accepted below the committed labels
};

/// By how much a hypothesis is worse than the best; 0 for scores that are no numbers.
inline double behind(const Extended& best, const Extended& hypothesis) {
  return std::max(0.0, best.score - hypothesis.score);
}

/// Scores the labels that are not frozen and the whole tree in one batch, then lets the hypotheses grow, all those of a depth in
/// one batch. Returns those that stand, at least one and at most `beam`, the best first. Fills in what the tree's nodes on their
/// ways say of their labels. `at_end`: no more rows will come, so no label waits for them.
std::vector<Extended> extend(AttentionScorer& scorer, CommittedLabels& committed, HypothesisTree& tree, LabelChooser& chooser,
                             const LabelTable& table, const SearchConfig& config, bool at_end);

}  // namespace attend::decoder
