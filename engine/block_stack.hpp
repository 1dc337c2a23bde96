// Blocks of the encoder's kind one behind the other over one segment, with the caches of what has settled.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/encoder_block.hpp"
#include "engine/network_parts.hpp"

namespace attend::engine {

/// One segment's state; one owner. What it is made of must outlive it.
class BlockStack {
 public:
  /// `left`: settled rows before a step's that it may see; `longest`: rows of the longest step. Both in rows.
  BlockStack(const NetworkParts& parts, const std::vector<EncoderBlockWeights>& blocks, std::int64_t left, std::int64_t longest);

  /// Computes the blocks' result in place of x [rows, width], the rows behind those settled so far, and lets the first `settles`
  /// settle.
  void run(float* x, std::int64_t rows, std::int64_t settles);
  std::int64_t settled() const { return settled_; }
  /// For products outside the blocks.
  MatmulScratch& scratch() { return buffers_.scratch; }
  void reset();

 private:
  void lay_out(std::int64_t rows, std::int64_t settles);

  const NetworkParts& parts_;
  std::vector<EncoderBlockState> blocks_;
  std::int64_t left_;
  std::vector<float> sinusoid_periods_;
  EncoderStep plan_;
  EncoderBuffers buffers_;
  std::int64_t settled_ = 0;
};

}  // namespace attend::engine
