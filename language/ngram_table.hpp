// An n-gram model as plain lists: what stands between the ARPA reader and the trie.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "language/ngram_model.hpp"

namespace attend::language {

inline constexpr int longest_ngram = NgramState::longest + 1;

/// What logarithms of probabilities and back-offs may be at most, without their sign: 10^-300 is still a number.
inline constexpr float largest_logarithm = 300;

/// One n-gram with its base-10 logarithms, as in ARPA.
struct Ngram {
  std::array<WordId, longest_ngram> words = {};  ///< the last word first, so that sorting brings those that end alike together
  float log_probability = 0;
  float log_backoff = 0;
  bool listed = true;  ///< false: it stands here only because a longer one needs it as suffix or history; without a probability
};

struct NgramTable {
  int order = 0;
  std::vector<std::string> words;  ///< [0]: the unknown word; behind it in ascending order of bytes
  /// [n - 1]: all n-grams of n words; for n = 1 one of each word, in the order of the words.
  std::array<std::vector<Ngram>, longest_ngram> ngrams;
};

}  // namespace attend::language
