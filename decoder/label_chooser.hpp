// Which labels might follow: attention's favourites, or the favourites of attention and the second opinions together.
#pragma once

#include <span>
#include <vector>

#include "decoder/attention_scorer.hpp"
#include "decoder/label_opinion.hpp"
#include "decoder/outlook.hpp"
#include "decoder/search_config.hpp"

namespace attend::decoder {

class LabelChooser {
 public:
  LabelChooser(Label end, std::int32_t candidates, std::vector<WeightedOpinion> opinions);

  /// The `count` labels with the largest scores, of those that attention and the opinions name, or fewer, the largest first, of
  /// equal ones the smallest id. Scores that are no
  /// numbers never win; if none is a number, the end label does. `view` is what the scorer says, `states` holds one state per
  /// opinion.
  Outlook look(const NodeView& view, std::span<const OpinionState> states, std::size_t count);

  std::vector<OpinionState> begin() const;
  std::vector<OpinionState> after(std::span<const OpinionState> states, Label label) const;
  /// Of each opinion, the only states still needed. `states` holds a list with one state per opinion for each place.
  void keep(std::span<const std::vector<OpinionState>> states) const;

 private:
  std::vector<Choice> gather(std::span<const float> log_probs, std::size_t count) const;
  void add_proposals(std::vector<Choice>& choices, std::span<const float> log_probs, std::span<const OpinionState> states);
  void weigh(std::vector<Choice>& choices, std::span<const OpinionState> states, std::int32_t peak);

  Label end_;
  std::size_t candidates_;
  std::vector<WeightedOpinion> opinions_;
  std::vector<Label> labels_;    // of the candidates
  std::vector<Label> proposed_;  // by one opinion
  std::vector<float> deltas_;
};

}  // namespace attend::decoder
