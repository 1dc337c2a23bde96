// A second opinion about labels: a head over the sound, a language model, phrases. The search weighs it against the attention.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "decoder/attention_scorer.hpp"

namespace attend::decoder {

/// What an opinion remembers of the labels before a place; its meaning is the opinion's own.
using OpinionState = std::int64_t;

/// One segment's second opinion. Not thread-safe; one owner.
class LabelOpinion {
 public:
  virtual ~LabelOpinion() = default;

  /// The state before the segment's first label.
  virtual OpinionState begin() = 0;
  /// The state after `label`, which follows the labels that led to `state`.
  virtual OpinionState after(OpinionState state, Label label) = 0;
  /// Says of each candidate by how much its log-score changes as the label that follows `state`; `deltas` is as long as
  /// `candidates`. What is said of one candidate does not depend on the others. May change as rows are heard.
  virtual void judge(OpinionState state, std::span<const Label> candidates, std::span<float> deltas) = 0;
  /// As `judge`, knowing the row where the label that follows is heard. This is what the search asks; an opinion about what is
  /// heard when answers here, others leave it as it is.
  virtual void judge_at(OpinionState state, std::int32_t peak, std::span<const Label> candidates, std::span<float> deltas) {
    static_cast<void>(peak);
    judge(state, candidates, deltas);
  }
  /// Appends the labels that the opinion itself would write after `state`, the best first, at most `count`. One that can only judge
  /// what others name leaves it as it is.
  virtual void propose(OpinionState state, std::size_t count, std::vector<Label>& labels) {
    static_cast<void>(state);
    static_cast<void>(count);
    static_cast<void>(labels);
  }
  /// The only states that will be asked about or continued from here on, besides `begin()`.
  virtual void keep(std::span<const OpinionState> states) = 0;
};

/// An opinion and how much it counts; the opinion outlives the search that it is given to.
struct WeightedOpinion {
  LabelOpinion* opinion = nullptr;
  float weight = 0;
  std::size_t proposals = 0;  ///< labels that it may name at each place, beside those that attention names
};

}  // namespace attend::decoder
