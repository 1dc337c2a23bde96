// One block of the encoder with its caches.
#pragma once

#include <cstdint>

#include "engine/feed_forward.hpp"
#include "engine/key_value_panels.hpp"
#include "engine/matmul.hpp"
#include "engine/network_parts.hpp"
#include "engine/rotary.hpp"

namespace attend::engine {

/// What all blocks of one step share.
struct EncoderStep {
  std::int64_t rows = 0;     ///< of this block of settle and preview
  std::int64_t settles = 0;  ///< how many of them settle
  std::int64_t first = 0;    ///< position of the first, in rows from the segment's start
  std::int64_t ring = 0;     ///< slots of the key and value caches: position p lies in slot p mod ring
  std::int64_t panels = 0;   ///< panels in use
  Aligned<float> slot_bias;  ///< [panels · panel_slots]
  RotaryTables rotary{0};    ///< of the rows' positions
  Aligned<float> sinusoids;  ///< [rows, width], for relative positions
};

/// Buffers that all blocks of one encoder use in turn.
struct EncoderBuffers {
  MatmulScratch scratch;
  FeedForwardBuffers feed_forward;
  Aligned<float> normed, projected, positions, scores, mixed, result;
  Aligned<float> head_bias;  ///< [rows, heads], for relative positions
};

/// One block's state within a segment.
class EncoderBlockState {
 public:
  EncoderBlockState(const NetworkParts& parts, const EncoderBlockWeights& weights);

  /// Computes the block's result in place of x [step.rows, width] and lets the first rows settle.
  void run(const EncoderStep& step, float* x, EncoderBuffers& buffers);
  void reset();

 private:
  void attend(const EncoderStep& step, float* x, EncoderBuffers& buffers);
  void store_rows(const EncoderStep& step, const float* projected, EncoderBuffers& buffers);
  void add_relative(const EncoderStep& step, float* projected, EncoderBuffers& buffers);
  void convolve(const EncoderStep& step, float* x, EncoderBuffers& buffers);

  const NetworkParts& parts_;
  const EncoderBlockWeights& weights_;
  KeyValuePanels cache_;
  /// [kernel − 1 + rows, width]: what the depthwise convolution reads; its first kernel − 1 rows are the tail of the settled ones.
  Aligned<float> convolution_input_;
  std::int64_t tail_rows_ = 0;
};

}  // namespace attend::engine
