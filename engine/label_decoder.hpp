// The attention decoder network over one segment: a tree of labels scored in batches against the encoder rows.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "engine/encoder.hpp"
#include "engine/network.hpp"

namespace attend::engine {

/// See decoder/attention_scorer.hpp, whose contract this class fulfils through the sdk's adapter: same meaning of nodes, views,
/// keep.
struct LabelRequest {
  std::int32_t parent = -1;
  std::int32_t label = 0;
  bool scores = true;
};

struct LabelView {
  std::span<const float> log_probs;  ///< [labels]
  std::span<const float> attention;  ///< [rows], mean of the clock heads
};

/// One segment's decoder state; one owner, not thread-safe.
class LabelDecoder {
 public:
  explicit LabelDecoder(std::shared_ptr<const Network> network);
  ~LabelDecoder();
  LabelDecoder(LabelDecoder&&) noexcept;
  LabelDecoder& operator=(LabelDecoder&&) noexcept;

  /// The encoder moved on: its settled rows join, its preview rows replace the former preview.
  void advance(const EncoderBlock& block);
  std::size_t rows() const;
  std::size_t settled_rows() const;

  std::int32_t next_node() const;
  /// A request for a label that the network does not have, or below a parent that does not exist, gives a node without a view.
  void score(std::span<const LabelRequest> requests);
  /// Empty spans for a node that the last `score` call did not make or was not asked to score.
  LabelView view(std::int32_t node) const;
  /// A leaf that does not exist changes nothing.
  void keep(std::int32_t leaf);
  /// Forgets nodes and rows, to begin another segment with the same memory; ids begin at 0 again.
  void reset();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace attend::engine
