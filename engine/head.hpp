// A second opinion from the sound over one segment: encoder rows go in, what the head says of each row comes out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "engine/encoder.hpp"
#include "engine/network.hpp"

namespace attend::engine {

enum class HeadKind {
  counter,  ///< one number per row, 0 to 1: how much of a label the row brings
  ctc,      ///< log-probabilities per row: of no symbol, then of each symbol
};

/// Whether a model has a head of a kind: its configuration, or nullptr.
const HeadConfig* find_head(const ModelConfig& config, HeadKind kind);

/// One segment's state; one owner, not thread-safe. Holds what was said of all rows of the segment.
class Head {
 public:
  /// Requires that the network has such a head. `span`: that of the encoder whose rows it gets.
  Head(std::shared_ptr<const Network> network, HeadKind kind, const EncoderSpan& span);
  ~Head();
  Head(Head&&) noexcept;
  Head& operator=(Head&&) noexcept;

  /// The encoder moved on: of its settled rows the head says its last, of its preview rows something new.
  void advance(const EncoderBlock& block);
  std::size_t rows() const;
  std::size_t settled_rows() const;
  /// What the head says of a row; valid until the next call of `advance`.
  std::span<const float> row(std::size_t index) const;
  /// Forgets everything, to begin another segment with the same memory.
  void reset();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace attend::engine
