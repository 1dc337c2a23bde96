// CTC prefix probabilities as a second opinion (Graves 2012, section 7.5; Watanabe et al. 2017, equation 27 on).
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "decoder/ctc_prefix.hpp"
#include "decoder/label_opinion.hpp"
#include "decoder/label_spelling.hpp"
#include "decoder/posteriors.hpp"
#include "decoder/spelling_trie.hpp"

namespace attend::decoder {

/// Says by how much the log-probability that the rows heard so far spell a text with this beginning changes when a label is added,
/// which is to say all its symbols; for `end`, when the text is not to go on. Of a label that nobody speaks it says nothing, and
/// nothing more of a text with a doubtful one. Prefixes on the way to a kept one are kept, as their probabilities grow with the
/// rows.
class CtcOpinion final : public LabelOpinion {
 public:
  /// `posteriors`, `spelling` and `trie`, which holds the same labels, outlive the opinion. Without a trie it proposes nothing.
  CtcOpinion(const Posteriors& posteriors, const LabelSpelling& spelling, Label end, const SpellingTrie* trie = nullptr);

  OpinionState begin() override { return 0; }
  OpinionState after(OpinionState state, Label label) override;
  void judge(OpinionState state, std::span<const Label> candidates, std::span<float> deltas) override;
  /// The labels whose prefix probability is largest, and `end` with that of the text as it is; nothing that is impossible. Among
  /// labels spelt alike, the smallest id first.
  void propose(OpinionState state, std::size_t count, std::vector<Label>& labels) override;
  void keep(std::span<const OpinionState> states) override;

  /// Natural logarithm of the probability that the rows spell a text that begins with the symbols of `state`; 0 for a text with a
  /// doubtful label.
  double log_prefix(OpinionState state);
  /// The same, of exactly these symbols.
  double log_whole(OpinionState state);
  std::size_t prefixes() const { return prefixes_.size(); }

 private:
  /// The number of a prefix.
  using Place = std::int64_t;

  /// A place in the trie, and the prefix that its symbols make.
  struct Reached {
    double log_prob = 0;
    Place place = 0;
    SpellingTrie::Place node = 0;
  };
  static Place place_of(OpinionState state) { return state / 2; }
  bool spelt(Label label) const;
  bool needs_gap(OpinionState state, bool begins_word) const;
  Place longer(Place place, Symbol symbol);
  std::vector<Reached> roots(OpinionState state);
  void reach(std::vector<Reached>& frontier, Place place, SpellingTrie::Place node);
  CtcPrefix& brought_up(Place place);
  float clipped(double there, double here) const;

  const LabelSpelling& spelling_;
  Label end_;
  const SpellingTrie* trie_;
  SymbolRows rows_;
  Place next_ = 1;
  std::map<Place, CtcPrefix> prefixes_;
  std::map<std::pair<Place, Symbol>, Place> longer_;
};

}  // namespace attend::decoder
