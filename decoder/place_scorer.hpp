// Batches of places to be scored, and what was said at them, noted before the scorer's next batch.
#pragma once

#include <span>
#include <vector>

#include "decoder/attention_scorer.hpp"
#include "decoder/hypothesis_tree.hpp"
#include "decoder/label_chooser.hpp"

namespace attend::decoder {

class PlaceScorer {
 public:
  /// `choices`: how many labels an outlook names. All else outlives the scorer of places.
  PlaceScorer(AttentionScorer& scorer, HypothesisTree& tree, LabelChooser& chooser, std::size_t choices)
      : scorer_(&scorer), tree_(&tree), chooser_(&chooser), choices_(choices) {}

  /// Adds a label that no outlook is wanted of. Returns the scorer's node.
  NodeId add(NodeId parent, Label label);
  /// Adds a place of the tree; its parent has been added or scored.
  void add(HypothesisId id);
  /// Adds the tree's root as the label behind `parent`.
  NodeId add_root(NodeId parent);
  /// Scores what was added, in one batch, and fills in the outlooks of the tree's places. Without additions, nothing.
  void score();

 private:
  NodeId request(NodeId parent, Label label, bool scores);

  AttentionScorer* scorer_;
  HypothesisTree* tree_;
  LabelChooser* chooser_;
  std::size_t choices_;
  std::vector<NodeRequest> requests_;
  std::vector<HypothesisId> wanted_;
};

}  // namespace attend::decoder
