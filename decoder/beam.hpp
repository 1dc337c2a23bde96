// The hypotheses that grow in a step, label by label, all of a depth together. A beam of 1 is the greedy search.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decoder/extension.hpp"
#include "decoder/forward_rule.hpp"
#include "decoder/hypothesis_tree.hpp"
#include "decoder/label_chooser.hpp"
#include "decoder/place_scorer.hpp"
#include "decoder/search_config.hpp"

namespace attend::decoder {

struct BeamRows {
  std::int32_t total = 0;
  bool at_end = false;  ///< no more will come, so no label waits for them
};

/// One step's growth from the tree's root, whose places have been scored. Rules and their names: docs/search.md, "Extend".
class Beam {
 public:
  Beam(PlaceScorer& places, HypothesisTree& tree, LabelChooser& chooser, const LabelTable& table, const SearchConfig& config,
       std::span<const HeardLabel> committed, BeamRows rows);

  /// The hypotheses that stand, the best first.
  std::vector<Extended> grow();

 private:
  struct Living {
    HypothesisId leaf = HypothesisTree::root;
    double score = 0;
    ForwardRule forward;
  };
  struct Proposal {
    const Living* from = nullptr;
    Choice choice;
    double score = 0;
  };

  void deepen();
  bool stops(const Living& hypothesis);
  void propose(const Living& hypothesis);
  void select();
  void accept(const Proposal& proposal);
  void take_back(HypothesisId leaf, double score, const ForwardRule& forward, std::int32_t count);
  void end(const Extended& hypothesis);

  PlaceScorer& places_;
  HypothesisTree& tree_;
  LabelChooser& chooser_;
  const SearchConfig& config_;
  Label end_;
  std::size_t width_;
  std::int32_t last_row_;     // a label heard there or later waits for more rows
  std::int64_t labels_left_;  // that each living hypothesis may still accept
  std::vector<Living> living_, grown_;
  std::vector<Proposal> proposals_;
  std::vector<Extended> ended_;  // the best first, one per leaf
};

}  // namespace attend::decoder
