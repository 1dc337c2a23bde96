// The tree of labels that a label decoder has seen: which nodes exist, where their keys and values lie, who their ancestors are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace attend::engine {

/// Ids count up and are never given twice; slots are reused.
class LabelTree {
 public:
  struct Node {
    std::int32_t id = 0;
    std::int32_t parent = -1;  ///< index into the nodes, −1: none
    std::int32_t slot = -1;
    std::int32_t depth = 0;  ///< number of ancestors: the label's position
  };

  std::int32_t next_id() const { return next_id_; }
  /// Slots in use, all below this.
  std::int32_t slots() const { return slots_; }

  /// Takes the next id. Without a valid parent (an id, or −1) or if `exists` is false, the id names no node and the result is
  /// nullptr. The pointer is valid until the next call.
  const Node* add(std::int32_t parent, bool exists);
  /// Writes the slots on the path that ends in the node, root first: depth + 1 numbers.
  void path(const Node& node, std::vector<std::int32_t>& slots) const;
  /// Keeps the path to `leaf` (−1: nothing); an id that names no node changes nothing.
  void keep(std::int32_t leaf);
  void clear();

 private:
  std::int32_t index_of(std::int32_t id) const;

  std::vector<Node> nodes_;  ///< by id
  std::vector<std::int32_t> free_;
  std::int32_t next_id_ = 0, slots_ = 0;
};

}  // namespace attend::engine
