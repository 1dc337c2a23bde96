#include "engine/label_tree.hpp"

#include <algorithm>

namespace attend::engine {

std::int32_t LabelTree::index_of(std::int32_t id) const {
  const auto found =
      std::lower_bound(nodes_.begin(), nodes_.end(), id, [](const Node& node, std::int32_t of) { return node.id < of; });
  return found != nodes_.end() && found->id == id ? static_cast<std::int32_t>(found - nodes_.begin()) : -1;
}

const LabelTree::Node* LabelTree::add(std::int32_t parent, bool exists) {
  const std::int32_t id = next_id_++;
  const std::int32_t above = parent == -1 ? -1 : index_of(parent);
  if (!exists || (parent != -1 && above == -1)) return nullptr;
  Node node{id, above, slots_, above == -1 ? 0 : nodes_[static_cast<std::size_t>(above)].depth + 1};
  if (free_.empty()) {
    ++slots_;
  } else {
    node.slot = free_.back();
    free_.pop_back();
  }
  nodes_.push_back(node);
  return &nodes_.back();
}

void LabelTree::path(const Node& node, std::vector<std::int32_t>& slots) const {
  const auto begin = static_cast<std::ptrdiff_t>(slots.size());
  slots.push_back(node.slot);
  for (std::int32_t above = node.parent; above != -1; above = nodes_[static_cast<std::size_t>(above)].parent) {
    slots.push_back(nodes_[static_cast<std::size_t>(above)].slot);
  }
  std::reverse(slots.begin() + begin, slots.end());
}

void LabelTree::keep(std::int32_t leaf) {
  std::int32_t last = index_of(leaf);
  if (leaf != -1 && last == -1) return;
  // Marks the path through the parents' indices, then closes the gaps: a node's parent stands before it.
  std::vector<bool> kept(nodes_.size());
  for (; last != -1; last = nodes_[static_cast<std::size_t>(last)].parent) kept[static_cast<std::size_t>(last)] = true;
  std::size_t count = 0;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!kept[i]) {
      free_.push_back(nodes_[i].slot);
      continue;
    }
    Node node = nodes_[i];
    node.parent = static_cast<std::int32_t>(count) - 1;  // on a path, the parent is the one before
    nodes_[count++] = node;
  }
  nodes_.resize(count);
}

void LabelTree::clear() {
  nodes_.clear();
  free_.clear();
  next_id_ = slots_ = 0;
}

}  // namespace attend::engine
