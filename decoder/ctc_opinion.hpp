// CTC prefix probabilities as a second opinion (Graves 2012, section 7.5; Watanabe et al. 2017, equation 27 on).
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "decoder/label_opinion.hpp"
#include "decoder/posteriors.hpp"

namespace attend::decoder {

/// Says by how much the log-probability that the rows heard so far spell a text with this beginning changes when a label is added;
/// for `end`, when the text is not to go on. A label costs a pass over the rows. States are numbers of prefixes; those on the way
/// to a kept one are kept, as their probabilities grow with the rows.
class CtcOpinion final : public LabelOpinion {
 public:
  /// `posteriors` outlives the opinion.
  CtcOpinion(const Posteriors& posteriors, Label end);

  OpinionState begin() override { return 0; }
  OpinionState after(OpinionState state, Label label) override;
  void judge(OpinionState state, std::span<const Label> candidates, std::span<float> deltas) override;
  void keep(std::span<const OpinionState> states) override;

  /// Natural logarithm of the probability that the rows spell a text that begins with the labels of `state`.
  double log_prefix(OpinionState state);
  /// The same, of exactly these labels.
  double log_whole(OpinionState state);
  std::size_t prefixes() const { return prefixes_.size(); }

 private:
  struct Prefix {
    OpinionState before = -1;  ///< -1: the empty text
    Label last = 0;
    std::size_t rows = 0, settled = 0;  ///< the source's when this was computed
    // After each row, in logarithms: paths that spell the prefix and end in its last label, or in a blank; and all paths of which
    // a beginning, up to that row at most, spells it.
    std::vector<double> in_label, in_blank, begun;
  };

  Prefix& brought_up(OpinionState state);
  void bring_up(Prefix& prefix, const Prefix* before) const;
  double begin_at(const Prefix* before, Label last, std::size_t row) const;
  double added(const Prefix& prefix, Label label) const;

  const Posteriors& posteriors_;
  Label end_;
  OpinionState next_ = 1;
  std::map<OpinionState, Prefix> prefixes_;
};

}  // namespace attend::decoder
