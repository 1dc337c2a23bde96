// The labels as a tree of their symbols: which labels a text may go on with, found symbol by symbol.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decoder/attention_scorer.hpp"
#include "decoder/label_spelling.hpp"

namespace attend::decoder {

/// Labels that nobody speaks, and doubtful ones, have no place in it. Constant once made, so that many segments may share it.
class SpellingTrie {
 public:
  using Place = std::int32_t;

  struct Branch {
    Symbol symbol = 0;
    Place place = 0;
  };

  explicit SpellingTrie(const LabelSpelling& spelling);

  /// Where labels begin that start a word, or those that continue one.
  static Place root(bool begins_word) { return begins_word ? 1 : 0; }
  /// In the order of the labels that first took them.
  std::span<const Branch> branches(Place place) const { return at(place).branches; }
  /// The labels that are spelt by the symbols on the way to `place`, ids ascending.
  std::span<const Label> labels(Place place) const { return at(place).labels; }

 private:
  struct Node {
    std::vector<Branch> branches;
    std::vector<Label> labels;
  };

  const Node& at(Place place) const { return nodes_[static_cast<std::size_t>(place)]; }
  Place longer(Place place, Symbol symbol);

  std::vector<Node> nodes_;
};

}  // namespace attend::decoder
