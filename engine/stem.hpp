// The streaming stem: feature rows in, encoder input rows out, each computed once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matmul.hpp"
#include "engine/network_parts.hpp"
#include "engine/row_buffer.hpp"

namespace attend::engine {

/// One segment's stem; one owner. `parts` must outlive it.
class Stem {
 public:
  explicit Stem(const NetworkParts& parts);

  /// Normalises and keeps feature rows [n, bins]; the layers wait until rows are asked for.
  void push(std::span<const float> features);
  /// Stem rows that the features pushed so far allow and that were not dropped.
  std::int64_t rows_ready() const { return allowed_ - dropped_; }
  /// Computes what is missing of the first `count` ready rows; [count, width], valid until the next call.
  const float* rows(std::int64_t count, MatmulScratch& scratch);
  /// Drops rows from the front.
  void drop(std::int64_t count);
  void reset();

 private:
  struct Layer {
    const StemLayer* config;
    const Matrix* matrix;
    std::int64_t in_width, out_width;
    int in_bins, out_bins;   ///< conv2d
    RowBuffer input;         ///< rows from the first that output row `done` needs; zero rows before the first row included
    std::int64_t skip = 0;   ///< rows still to be dropped that have not come yet (stride larger than kernel)
    std::int64_t done = 0;   ///< output rows computed
    std::int64_t until = 0;  ///< output rows that the present call needs
  };

  std::int64_t rows_allowed(std::int64_t features) const;
  void begin_layers();
  void advance(Layer& layer, RowBuffer& output, MatmulScratch& scratch);
  void gather_1d(const Layer& layer, std::int64_t count, float* target) const;
  void gather_2d(const Layer& layer, std::int64_t count, float* target) const;
  void compute(Layer& layer, std::int64_t count, float* target, MatmulScratch& scratch);

  const NetworkParts& parts_;
  std::vector<Layer> layers_;
  RowBuffer ready_;  ///< finished rows, not dropped
  std::int64_t features_ = 0, allowed_ = 0, dropped_ = 0;
  Aligned<float> gathered_, product_;
};

}  // namespace attend::engine
