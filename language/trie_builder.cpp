// NgramTrie::build: sorted n-gram lists → the trie's bytes.
#include <cstring>
#include <utility>

#include "language/ngram_trie.hpp"
#include "language/packed_fields.hpp"
#include "language/value_codes.hpp"

namespace attend::language {
namespace {

class TrieWriter {
 public:
  TrieWriter(const NgramTable& table, const TrieHead& head, const TrieLayout& layout)
      : table_(table), head_(head), layout_(layout), bytes_(layout.size) {}

  std::vector<std::byte> write() && {
    std::memcpy(bytes_.data(), &head_, sizeof head_);
    write_words();
    write_unigrams();
    for (int length = 2; length <= table_.order; ++length) write_ngrams(length);
    return std::move(bytes_);
  }

 private:
  const std::vector<Ngram>& ngrams(int length) const { return table_.ngrams[static_cast<std::size_t>(length) - 1]; }
  const TrieLayout::Part& part(int length) const { return layout_.parts[static_cast<std::size_t>(length) - 1]; }

  template <class T>
  void put(std::size_t part, std::size_t index, T value) {
    std::memcpy(bytes_.data() + part + index * sizeof(T), &value, sizeof(T));
  }

  void write_words() {
    std::uint32_t end = 0;
    for (std::size_t id = 0; id < table_.words.size(); ++id) {
      const std::string& word = table_.words[id];
      std::memcpy(bytes_.data() + layout_.word_bytes + end, word.data(), word.size());
      end += static_cast<std::uint32_t>(word.size());
      put(layout_.word_ends, id + 1, end);
    }
  }

  void write_unigrams() {
    const auto first_children = children(1);
    for (std::size_t id = 0; id < table_.words.size(); ++id) {
      put(part(1).probabilities, id, ngrams(1)[id].log_probability);
      put(part(1).backoffs, id, ngrams(1)[id].log_backoff);
    }
    for (std::size_t id = 0; id < first_children.size(); ++id)
      put(part(1).entries, id, static_cast<std::uint32_t>(first_children[id]));
  }

  void write_ngrams(int length) {
    const bool inner = length < table_.order;
    const ValueCodes probabilities(values(length, &Ngram::log_probability));
    const ValueCodes backoffs(values(length, &Ngram::log_backoff));
    std::memcpy(bytes_.data() + part(length).probabilities, probabilities.values().data(), codes * sizeof(float));
    if (inner) std::memcpy(bytes_.data() + part(length).backoffs, backoffs.values().data(), codes * sizeof(float));
    const auto first_children = children(length);
    position_ = 0;
    fields_ = std::span(bytes_).subspan(part(length).entries);
    for (std::size_t i = 0; i < ngrams(length).size(); ++i) {
      const Ngram& ngram = ngrams(length)[i];
      put_bits(layout_.word_bits, ngram.words[static_cast<std::size_t>(length) - 1]);
      put_bits(code_bits, ngram.listed ? probabilities.code(ngram.log_probability) : 0);
      if (!inner) continue;
      put_bits(code_bits, ngram.listed ? backoffs.code(ngram.log_backoff) : 0);
      put_bits(part(length).child_bits, first_children[i]);
    }
    if (!inner) return;
    position_ += static_cast<std::uint64_t>(layout_.word_bits + 2 * code_bits);
    put_bits(part(length).child_bits, first_children.back());
  }

  void put_bits(int bits, std::uint64_t value) {
    write_bits(fields_, position_, bits, value);
    position_ += static_cast<std::uint64_t>(bits);
  }

  std::vector<float> values(int length, float Ngram::*member) const {
    std::vector<float> found;
    found.reserve(ngrams(length).size());
    for (const Ngram& ngram : ngrams(length)) {
      if (ngram.listed) found.push_back(ngram.*member);
    }
    return found;
  }

  /// For each n-gram, and one place beyond, the first of the next length that continues it backwards. Both lists are in one order.
  std::vector<std::uint64_t> children(int length) const {
    if (length == table_.order) return {};
    std::vector<std::uint64_t> firsts;
    firsts.reserve(ngrams(length).size() + 1);
    const auto& longer = ngrams(length + 1);
    std::uint64_t next = 0;
    for (const Ngram& ngram : ngrams(length)) {
      firsts.push_back(next);
      while (next < longer.size() && std::equal(ngram.words.begin(), ngram.words.begin() + length, longer[next].words.begin()))
        ++next;
    }
    firsts.push_back(next);
    return firsts;
  }

  const NgramTable& table_;
  const TrieHead& head_;
  const TrieLayout& layout_;
  std::vector<std::byte> bytes_;
  std::span<std::byte> fields_;
  std::uint64_t position_ = 0;
};

}  // namespace

Result<NgramTrie> NgramTrie::build(const NgramTable& table, const std::string& name) {
  NgramTrie trie;
  trie.head_.order = static_cast<std::uint32_t>(table.order);
  for (const std::string& word : table.words) trie.head_.word_bytes += word.size();
  for (int length = 1; length <= table.order; ++length) {
    trie.head_.nodes[static_cast<std::size_t>(length) - 1] = table.ngrams[static_cast<std::size_t>(length) - 1].size();
  }
  const auto layout = TrieLayout::of(trie.head_);
  if (!layout) return fail(ErrorCode::unsupported, name + " has more n-grams than 32 bits can count; prune the model");
  trie.layout_ = *layout;
  trie.bytes_ = TrieWriter(table, trie.head_, *layout).write();
  return trie;
}

}  // namespace attend::language
