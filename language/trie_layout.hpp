// The binary model's layout: where each part lies, from its head alone.
//
// Little-endian. Parts follow each other, each padded to eight bytes:
//   head            64 bytes: TrieHead
//   word ends       u32 [words + 1]: word i is the bytes from its entry to the next
//   word bytes
//   1-grams         f32 [words] log-probabilities, f32 [words] back-off weights; if order > 1: u32 [words + 1] children
//   n-grams, n ≥ 2  f32 [256] log-probabilities that codes stand for; if n < order: f32 [256] back-off weights; then packed fields:
//                   [nodes + 1] × (word, code, and if n < order: code, children)
// All logarithms are base 10. The trie is spelled backwards: a node's path from the top names the last word first, so that the
// histories of a word, the longer below the shorter, lie on one path. `children` is the place of a node's first child among the
// nodes of the next length; they end where those of the next node begin (the last node, number `nodes`, exists for that alone).
// Children are in ascending order of words. Code 0 of a probability: no such n-gram, only longer ones.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "language/ngram_table.hpp"

namespace attend::language {

inline constexpr std::array<char, 8> trie_magic = {'a', 't', 't', 'e', 'n', 'd', 'L', 'M'};
inline constexpr std::uint32_t trie_version = 1;
inline constexpr int code_bits = 8;
inline constexpr std::size_t codes = std::size_t{1} << code_bits;
inline constexpr std::uint64_t most_nodes = std::uint64_t{1} << 32;  // of one length; children are told in 32 bits

struct TrieHead {
  std::array<char, 8> magic = trie_magic;
  std::uint32_t version = trie_version;
  std::uint32_t order = 0;
  std::uint64_t word_bytes = 0;
  std::array<std::uint64_t, longest_ngram> nodes = {};  ///< [n - 1]: of n words, 0 beyond the order; nodes[0] is the vocabulary
};
static_assert(sizeof(TrieHead) == 64);

struct TrieLayout {
  struct Part {
    std::size_t probabilities = 0, backoffs = 0;  ///< where the values lie; of n ≥ 2, what codes stand for
    std::size_t entries = 0;                      ///< n = 1: children; n ≥ 2: packed fields
    int child_bits = 0;                           ///< n ≥ 2; 0 for the longest n-grams
    int entry_bits = 0;                           ///< n ≥ 2
  };
  std::size_t word_ends = 0, word_bytes = 0;
  std::array<Part, longest_ngram> parts = {};
  int word_bits = 0;
  std::size_t size = 0;  ///< of the whole file

  /// Nothing if the head's numbers are beyond all bounds.
  static std::optional<TrieLayout> of(const TrieHead& head);
};

}  // namespace attend::language
