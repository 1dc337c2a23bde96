// Which label follows: attention's favourite, or the favourite of attention and the second opinions together.
#pragma once

#include <span>
#include <vector>

#include "decoder/attention_scorer.hpp"
#include "decoder/label_opinion.hpp"
#include "decoder/search_config.hpp"

namespace attend::decoder {

struct Choice {
  Label label = 0;
  float log_prob = 0;  ///< attention's own, whoever decided
};

/// Row of the largest attention, of equal ones the first.
std::int32_t peak_row(std::span<const float> attention);

class LabelChooser {
 public:
  LabelChooser(Label end, std::int32_t candidates, std::vector<WeightedOpinion> opinions);

  /// The label with the largest score, of equal ones the smallest id. Scores that are no numbers never win; if none is a number,
  /// the end label does. `states` holds one state per opinion.
  Choice choose(std::span<const float> log_probs, std::span<const OpinionState> states);

  std::vector<OpinionState> begin() const;
  std::vector<OpinionState> after(std::span<const OpinionState> states, Label label) const;
  /// Of each opinion, the only states still needed. `states` holds a list with one state per opinion for each place.
  void keep(std::span<const std::vector<OpinionState>> states) const;

 private:
  Choice favourite(std::span<const float> log_probs) const;
  void gather(std::span<const float> log_probs);

  Label end_;
  std::size_t candidates_;
  std::vector<WeightedOpinion> opinions_;
  std::vector<Label> labels_;  // candidates, the most likely first
  std::vector<float> scores_;  // of the candidates
  std::vector<float> deltas_;
};

}  // namespace attend::decoder
