#include "decoder/hypothesis_tree.hpp"

#include <algorithm>
#include <utility>

namespace attend::decoder {

HypothesisTree::HypothesisTree(Hypothesis first) {
  first.parent = no_hypothesis;
  nodes_.push_back(std::move(first));
}

HypothesisId HypothesisTree::child(HypothesisId parent, Label label) const {
  for (std::size_t i = static_cast<std::size_t>(parent) + 1; i < nodes_.size(); ++i) {
    if (nodes_[i].parent == parent && nodes_[i].label == label) return static_cast<HypothesisId>(i);
  }
  return no_hypothesis;
}

HypothesisId HypothesisTree::add(HypothesisId parent, Label label) {
  Hypothesis node;
  node.parent = parent;
  node.label = label;
  nodes_.push_back(std::move(node));
  return static_cast<HypothesisId>(nodes_.size() - 1);
}

std::vector<HypothesisId> HypothesisTree::path(HypothesisId leaf) const {
  std::vector<HypothesisId> ids;
  for (HypothesisId id = leaf; id != root; id = (*this)[id].parent) ids.push_back(id);
  std::reverse(ids.begin(), ids.end());
  return ids;
}

bool HypothesisTree::descends(HypothesisId id, HypothesisId ancestor) const {
  while (id > ancestor) id = (*this)[id].parent;  // parents stand before their children
  return id == ancestor;
}

void HypothesisTree::prune(HypothesisId new_root, std::span<const HypothesisId> leaves) {
  std::vector<bool> kept(nodes_.size(), false);
  kept[static_cast<std::size_t>(new_root)] = true;
  for (HypothesisId id : leaves) {
    for (; !kept[static_cast<std::size_t>(id)]; id = (*this)[id].parent) kept[static_cast<std::size_t>(id)] = true;
  }
  std::vector<HypothesisId> moved(nodes_.size(), no_hypothesis);
  std::vector<Hypothesis> nodes;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!kept[i]) continue;
    moved[i] = static_cast<HypothesisId>(nodes.size());
    Hypothesis& node = nodes_[i];
    node.parent = static_cast<HypothesisId>(i) == new_root ? no_hypothesis : moved[static_cast<std::size_t>(node.parent)];
    nodes.push_back(std::move(node));
  }
  nodes_ = std::move(nodes);
}

}  // namespace attend::decoder
