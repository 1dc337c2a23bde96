// Many phrases as one automaton over letters (Aho and Corasick 1975, "Efficient string matching").
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace attend::language {

/// A phrase as letters with a gap before, between and behind its words: it begins and ends where words do.
struct SpelledPhrase {
  std::u32string letters;
  float weight = 1;
};

/// Immutable. Node 0 is the top: no phrase has begun.
class PhraseGraph {
 public:
  using Node = std::int32_t;

  /// `phrases` have different letters.
  explicit PhraseGraph(std::span<const SpelledPhrase> phrases);

  /// From a node along a letter or gap; amortised constant time along a text.
  Node next(Node node, char32_t letter) const;
  /// The bonus of all phrases that are complete at this node.
  float earned(Node node) const { return nodes_[static_cast<std::size_t>(node)].earned; }
  /// The share of a bonus that is given in advance at this node: the weight of the best phrase under way, times its letters so far.
  float advanced(Node node) const { return nodes_[static_cast<std::size_t>(node)].advanced; }

 private:
  struct State {
    Node parent = 0;
    Node fallback = 0;  ///< of the longest end of this node's letters that begins a phrase too
    char32_t letter = 0;
    std::int32_t depth = 0;
    std::int32_t letters = 0;  ///< depth without gaps
    float heaviest = 0;        ///< weight of the heaviest phrase that goes on from here
    float earned = 0;
    float advanced = 0;
  };

  Node insert(const SpelledPhrase& phrase);
  void link();
  Node child(Node node, char32_t letter) const;  ///< 0: none

  std::vector<State> nodes_;
  std::unordered_map<std::uint64_t, Node> children_;  ///< by node and letter: no node but the first few has many
};

}  // namespace attend::language
