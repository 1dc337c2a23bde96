// The counter as a second opinion: labels that come before or behind what is due at their row cost.
#pragma once

#include <vector>

#include "decoder/label_opinion.hpp"
#include "decoder/row_weights.hpp"

namespace attend::decoder {

/// Let `due` be the sum of the weights up to and including the row where the label that follows is heard, and `n` the labels before
/// it. A label other than `end` is well placed if `n < due` and `due - 1 <= n`; it loses what it is further away than `slack`
/// from that. `end` loses what is due over all rows, and has not been written, beyond `slack`. A state is the number of labels.
class CounterOpinion final : public LabelOpinion {
 public:
  /// `weights` outlives the opinion.
  CounterOpinion(const RowWeights& weights, Label end, float slack = 1) : weights_(weights), end_(end), slack_(slack) {}

  OpinionState begin() override { return 0; }
  OpinionState after(OpinionState state, Label) override { return state + 1; }
  /// Without a row: as if the label were heard where it is due.
  void judge(OpinionState state, std::span<const Label> candidates, std::span<float> deltas) override;
  void judge_at(OpinionState state, std::int32_t peak, std::span<const Label> candidates, std::span<float> deltas) override;
  void keep(std::span<const OpinionState>) override {}

 private:
  void sum_up();
  float end_delta(OpinionState state) const;
  void fill(float label_delta, OpinionState state, std::span<const Label> candidates, std::span<float> deltas) const;

  const RowWeights& weights_;
  Label end_;
  float slack_;
  std::vector<double> due_;      // after each row
  std::size_t summed_rows_ = 0;  // the source's rows when they were summed up
  std::size_t settled_ = 0;      // and its settled ones: their sums stay
};

}  // namespace attend::decoder
