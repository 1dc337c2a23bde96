#include "language/trie_layout.hpp"

#include "language/packed_fields.hpp"

namespace attend::language {
namespace {

constexpr std::uint64_t most_word_bytes = std::uint64_t{1} << 32;

/// Hands out places one behind the other. Cannot overflow: the counts are bounded before.
class Places {
 public:
  explicit Places(std::size_t first) : next_(first) {}
  std::size_t take(std::uint64_t bytes) {
    const std::size_t place = next_;
    next_ += (bytes + 7) / 8 * 8;
    return place;
  }
  std::size_t end() const { return next_; }

 private:
  std::size_t next_;
};

bool within_bounds(const TrieHead& head) {
  if (head.order < 1 || head.order > longest_ngram || head.word_bytes >= most_word_bytes || head.nodes[0] == 0) return false;
  for (std::size_t n = 0; n < longest_ngram; ++n) {
    if (head.nodes[n] >= most_nodes || (n >= head.order && head.nodes[n] != 0)) return false;
  }
  return true;
}

}  // namespace

std::optional<TrieLayout> TrieLayout::of(const TrieHead& head) {
  if (!within_bounds(head)) return std::nullopt;
  TrieLayout layout;
  Places places(sizeof(TrieHead));
  const std::uint64_t words = head.nodes[0];
  layout.word_bits = bits_for(words);
  layout.word_ends = places.take((words + 1) * sizeof(std::uint32_t));
  layout.word_bytes = places.take(head.word_bytes);
  for (std::size_t n = 1; n <= head.order; ++n) {
    Part& part = layout.parts[n - 1];
    const bool inner = n < head.order;
    const std::uint64_t values = n == 1 ? words : codes;
    part.probabilities = places.take(values * sizeof(float));
    if (inner || n == 1) part.backoffs = places.take(values * sizeof(float));
    if (n == 1) {
      if (inner) part.entries = places.take((words + 1) * sizeof(std::uint32_t));
      continue;
    }
    part.child_bits = inner ? bits_for(head.nodes[n] + 1) : 0;
    part.entry_bits = layout.word_bits + code_bits + (inner ? code_bits + part.child_bits : 0);
    const std::uint64_t bits = (head.nodes[n - 1] + 1) * static_cast<std::uint64_t>(part.entry_bits);
    part.entries = places.take((bits + 7) / 8 + packed_padding);
  }
  layout.size = places.end();
  return layout;
}

}  // namespace attend::language
