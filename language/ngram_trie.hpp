// The n-grams as a trie in one block of bytes, which is also the binary file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "language/trie_layout.hpp"

namespace attend::language {

bool is_trie(std::span<const std::byte> bytes);

/// Immutable. What it was made from has been checked to the last field, so that walking it needs no checks.
class NgramTrie {
 public:
  /// A node of the trie: an n-gram, spelled backwards.
  struct Node {
    int length = 0;  ///< words
    std::uint64_t place = 0;
  };

  /// Takes the bytes of a binary file; `name` stands in errors.
  static Result<NgramTrie> read(std::vector<std::byte> bytes, const std::string& name);
  /// Values of n-grams of two and more words are rounded to 255 steps per length (exact if they have no more values than that).
  static Result<NgramTrie> build(const NgramTable& table, const std::string& name);

  std::span<const std::byte> bytes() const { return bytes_; }
  int order() const { return static_cast<int>(head_.order); }
  std::uint64_t words() const { return head_.nodes[0]; }
  /// Listed n-grams of a length, without nodes that only longer ones need.
  std::uint64_t ngrams(int length) const;

  std::string_view word(WordId id) const;
  /// The words that begin with `prefix` are those from the first number up to, not with, the second.
  std::pair<WordId, WordId> range(std::string_view prefix) const;
  WordId find(std::string_view word) const;  ///< 0: unknown

  Node top(WordId word) const { return {1, word}; }
  /// The n-gram that has `word` before those of `node`.
  std::optional<Node> child(Node node, WordId word) const;
  std::optional<float> log_probability(Node node) const;  ///< base 10; nothing: not listed
  float log_backoff(Node node) const;                     ///< base 10; 0 for the longest

 private:
  NgramTrie() = default;
  const char* fault() const;
  bool words_ascend() const;
  bool values_hold() const;
  bool children_hold(int length) const;

  template <class T>
  T at(std::size_t part, std::uint64_t index) const;
  std::uint64_t field(int length, std::uint64_t place, int offset, int bits) const;
  WordId last_added(int length, std::uint64_t place) const;  ///< the first word of a node's n-gram
  std::uint64_t first_child(int length, std::uint64_t place) const;
  const TrieLayout::Part& part(int length) const { return layout_.parts[static_cast<std::size_t>(length) - 1]; }
  std::uint64_t nodes(int length) const { return head_.nodes[static_cast<std::size_t>(length) - 1]; }

  std::vector<std::byte> bytes_;
  TrieHead head_;
  TrieLayout layout_;
};

}  // namespace attend::language
