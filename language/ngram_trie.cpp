#include "language/ngram_trie.hpp"

#include <cmath>
#include <cstring>
#include <utility>

#include "language/packed_fields.hpp"

namespace attend::language {

bool is_trie(std::span<const std::byte> bytes) {
  return bytes.size() >= trie_magic.size() && std::memcmp(bytes.data(), trie_magic.data(), trie_magic.size()) == 0;
}

Result<NgramTrie> NgramTrie::read(std::vector<std::byte> bytes, const std::string& name) {
  NgramTrie trie;
  const auto broken = [&](const std::string& what) {
    return fail(ErrorCode::malformed, name + ": " + what + "; make it again with attend lm build");
  };
  if (!is_trie(bytes) || bytes.size() < sizeof(TrieHead)) return broken("the binary language model ends within its head");
  std::memcpy(&trie.head_, bytes.data(), sizeof(TrieHead));
  if (trie.head_.version != trie_version) {
    return fail(ErrorCode::unsupported, name + ": version " + std::to_string(trie.head_.version) +
                                            " of the binary language model is not supported; make it again with attend lm build");
  }
  const auto layout = TrieLayout::of(trie.head_);
  if (!layout) return broken("the head of the binary language model holds impossible numbers");
  if (layout->size != bytes.size()) {
    return broken("the binary language model should have " + std::to_string(layout->size) + " bytes and has " +
                  std::to_string(bytes.size()));
  }
  trie.layout_ = *layout;
  trie.bytes_ = std::move(bytes);
  if (const char* fault = trie.fault()) return broken(std::string("the binary language model is damaged (") + fault + ")");
  return trie;
}

const char* NgramTrie::fault() const {
  if (!words_ascend()) return "its words are out of order";
  if (!values_hold()) return "a value is no logarithm";
  for (int length = 1; length < order(); ++length) {
    if (!children_hold(length)) return "an n-gram points outside";
  }
  if (find("<s>") == 0 || find("</s>") == 0) return "it has no sentence borders";
  return nullptr;
}

bool NgramTrie::words_ascend() const {
  if (at<std::uint32_t>(layout_.word_ends, 0) != 0 || at<std::uint32_t>(layout_.word_ends, words()) != head_.word_bytes)
    return false;
  for (std::uint64_t id = 0; id < words(); ++id) {
    if (at<std::uint32_t>(layout_.word_ends, id) > at<std::uint32_t>(layout_.word_ends, id + 1)) return false;
  }
  for (std::uint64_t id = 2; id < words(); ++id) {  // the first is the unknown word, outside of the order
    if (word(static_cast<WordId>(id - 1)) >= word(static_cast<WordId>(id))) return false;
  }
  return true;
}

bool NgramTrie::values_hold() const {
  for (int length = 1; length <= order(); ++length) {
    const std::uint64_t values = length == 1 ? words() : codes;
    for (std::uint64_t i = 0; i < values; ++i) {
      const float probability = at<float>(part(length).probabilities, i);
      if (!(probability >= -largest_logarithm && probability <= 0)) return false;
      if (length > 1 && length == order()) continue;
      if (!(std::abs(at<float>(part(length).backoffs, i)) <= largest_logarithm)) return false;
    }
  }
  return true;
}

bool NgramTrie::children_hold(int length) const {
  if (first_child(length, 0) != 0 || first_child(length, nodes(length)) != nodes(length + 1)) return false;
  for (std::uint64_t place = 0; place < nodes(length); ++place) {
    const std::uint64_t first = first_child(length, place);
    const std::uint64_t end = first_child(length, place + 1);
    if (first > end || end > nodes(length + 1)) return false;
    for (std::uint64_t child = first; child < end; ++child) {
      const WordId word = last_added(length + 1, child);
      if (word >= words() || (child > first && word <= last_added(length + 1, child - 1))) return false;
    }
  }
  return true;
}

std::uint64_t NgramTrie::ngrams(int length) const {
  if (length == 1) return words();
  std::uint64_t listed = 0;
  for (std::uint64_t place = 0; place < nodes(length); ++place) listed += log_probability({length, place}) ? 1 : 0;
  return listed;
}

std::string_view NgramTrie::word(WordId id) const {
  const auto first = at<std::uint32_t>(layout_.word_ends, id);
  const auto end = at<std::uint32_t>(layout_.word_ends, std::uint64_t{id} + 1);
  return {reinterpret_cast<const char*>(bytes_.data()) + layout_.word_bytes + first, end - first};
}

std::pair<WordId, WordId> NgramTrie::range(std::string_view prefix) const {
  const auto bound = [&](bool behind) {  // the first word that does not stand before (or, behind: within) the range
    std::uint64_t low = 1, high = words();
    while (low < high) {
      const std::uint64_t middle = low + (high - low) / 2;
      const int order = word(static_cast<WordId>(middle)).substr(0, prefix.size()).compare(prefix);
      if (order < 0 || (behind && order == 0)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return static_cast<WordId>(low);
  };
  return {bound(false), bound(true)};
}

WordId NgramTrie::find(std::string_view word) const {
  std::uint64_t low = 1, high = words();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (this->word(static_cast<WordId>(middle)) < word) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < words() && this->word(static_cast<WordId>(low)) == word ? static_cast<WordId>(low) : 0;
}

std::optional<NgramTrie::Node> NgramTrie::child(Node node, WordId word) const {
  if (node.length >= order()) return std::nullopt;
  std::uint64_t low = first_child(node.length, node.place);
  const std::uint64_t end = first_child(node.length, node.place + 1);
  std::uint64_t high = end;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (last_added(node.length + 1, middle) < word) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == end || last_added(node.length + 1, low) != word) return std::nullopt;
  return Node{node.length + 1, low};
}

std::optional<float> NgramTrie::log_probability(Node node) const {
  if (node.length == 1) return at<float>(part(1).probabilities, node.place);
  const auto code = field(node.length, node.place, layout_.word_bits, code_bits);
  if (code == 0) return std::nullopt;
  return at<float>(part(node.length).probabilities, code);
}

float NgramTrie::log_backoff(Node node) const {
  if (node.length == 1) return at<float>(part(1).backoffs, node.place);
  if (node.length == order()) return 0;
  return at<float>(part(node.length).backoffs, field(node.length, node.place, layout_.word_bits + code_bits, code_bits));
}

template <class T>
T NgramTrie::at(std::size_t part, std::uint64_t index) const {
  T value;
  std::memcpy(&value, bytes_.data() + part + index * sizeof(T), sizeof(T));
  return value;
}

std::uint64_t NgramTrie::field(int length, std::uint64_t place, int offset, int bits) const {
  const TrieLayout::Part& entries = part(length);
  const std::uint64_t position = place * static_cast<std::uint64_t>(entries.entry_bits) + static_cast<std::uint64_t>(offset);
  return read_bits(std::span(bytes_).subspan(entries.entries), position, bits);
}

WordId NgramTrie::last_added(int length, std::uint64_t place) const {
  return static_cast<WordId>(field(length, place, 0, layout_.word_bits));
}

std::uint64_t NgramTrie::first_child(int length, std::uint64_t place) const {
  if (length == 1) return at<std::uint32_t>(part(1).entries, place);
  return field(length, place, layout_.word_bits + 2 * code_bits, part(length).child_bits);
}

}  // namespace attend::language
