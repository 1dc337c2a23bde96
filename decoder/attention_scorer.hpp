// The decoder room's view of an attention decoder: a tree of labels, scored in batches against the rows heard so far.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace attend::decoder {

using Label = std::int32_t;

/// A place in the tree of hypotheses: "after these labels". Valid from the `score` call that made it until `keep` or `clear`
/// drops it.
using NodeId = std::int32_t;
inline constexpr NodeId no_node = -1;

/// Asks for the state after `label`, which follows the labels that end in `parent` (`no_node`: the label is the first).
struct NodeRequest {
  NodeId parent = no_node;
  Label label = 0;
  bool scores = true;  ///< whether `view` of the new node is wanted; false saves the product with the label matrix
};

/// What an attention decoder says at a node about the label that follows it. Spans stay valid until the next call of `score`.
struct NodeView {
  std::span<const float> log_probs;  ///< [labels], natural logarithm, normalised
  std::span<const float> attention;  ///< [rows], the clock heads' mean cross-attention: where the next label is heard
};

/// One segment's attention decoder. Not thread-safe; one owner.
class AttentionScorer {
 public:
  virtual ~AttentionScorer() = default;

  /// Rows that can be attended to now, counted from the segment's start. What they hold may change as more is heard.
  virtual std::size_t rows() const = 0;
  /// How many of them have the look-ahead behind them, so that what is heard there may be committed. All of them at a final.
  virtual std::size_t horizon() const = 0;
  /// How many of these will not change any more.
  virtual std::size_t settled_rows() const = 0;

  /// The id that the first request of the next `score` call will get; its others follow consecutively. A request may so name a
  /// parent of its own batch, which must stand before it.
  virtual NodeId next_node() const = 0;
  /// Computes all requested nodes in one batch against the rows as they are now. A node's result does not depend, to the last bit,
  /// on what else is in the batch.
  virtual void score(std::span<const NodeRequest> requests) = 0;
  /// Of a node of the last `score` call that asked for scores.
  virtual NodeView view(NodeId node) const = 0;

  /// Keeps the nodes on the path that ends in `leaf` (`no_node`: none), with the keys and values that they were computed with, and
  /// forgets all others.
  virtual void keep(NodeId leaf) = 0;
};

}  // namespace attend::decoder
