#include "decoder/place_scorer.hpp"

namespace attend::decoder {

NodeId PlaceScorer::add(NodeId parent, Label label) {
  return request(parent, label, false);
}

NodeId PlaceScorer::add_root(NodeId parent) {
  Hypothesis& root = (*tree_)[HypothesisTree::root];
  root.place = request(parent, root.label, true);
  wanted_.push_back(HypothesisTree::root);
  return root.place;
}

void PlaceScorer::add(HypothesisId id) {
  Hypothesis& node = (*tree_)[id];
  node.place = request((*tree_)[node.parent].place, node.label, true);
  wanted_.push_back(id);
}

void PlaceScorer::score() {
  if (requests_.empty()) return;
  scorer_->score(requests_);
  for (const HypothesisId id : wanted_) {
    Hypothesis& node = (*tree_)[id];
    node.outlook = chooser_->look(scorer_->view(node.place), node.opinions, choices_);
  }
  requests_.clear();
  wanted_.clear();
}

NodeId PlaceScorer::request(NodeId parent, Label label, bool scores) {
  requests_.push_back({parent, label, scores});
  return scorer_->next_node() + static_cast<NodeId>(requests_.size()) - 1;
}

}  // namespace attend::decoder
