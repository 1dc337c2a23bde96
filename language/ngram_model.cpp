#include "language/ngram_model.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "language/arpa_reader.hpp"
#include "language/ngram_trie.hpp"
#include "language/whole_file.hpp"

namespace attend::language {
namespace {

constexpr float natural = std::numbers::ln10_v<float>;

Result<NgramTrie> make_trie(std::vector<std::byte> bytes, const std::string& name) {
  if (is_trie(bytes)) return NgramTrie::read(std::move(bytes), name);
  const auto table = read_arpa(bytes, name);
  if (!table) return tl::unexpected(table.error());
  return NgramTrie::build(*table, name);
}

}  // namespace

class NgramModel::Impl {
 public:
  explicit Impl(NgramTrie trie)
      : trie_(std::move(trie)),
        begin_(trie_.find("<s>")),
        end_(trie_.find("</s>")),
        sums_(static_cast<std::size_t>(trie_.words()) + 1) {
    for (WordId id = 0; id < trie_.words(); ++id) {
      sums_[id + 1] = sums_[id] + (id == begin_ || id == end_ ? 0 : std::pow(10.0, *trie_.log_probability(trie_.top(id))));
    }
  }

  const NgramTrie& trie() const { return trie_; }
  WordId begin() const { return begin_; }
  WordId end() const { return end_; }

  /// Base 10. The longest listed n-gram that ends in `word` gives the probability; each longer history costs its back-off weight.
  float score(NgramState& state, WordId word) const {
    NgramTrie::Node node = trie_.top(word);
    float probability = *trie_.log_probability(node);
    int listed = 1;
    for (int i = 0; i < state.length; ++i) {
      const auto longer = trie_.child(node, state.words[i]);
      if (!longer) break;
      node = *longer;
      if (const auto value = trie_.log_probability(node)) {
        probability = *value;
        listed = node.length;
      }
    }
    probability += backoffs(state, listed);
    std::move_backward(std::begin(state.words), std::end(state.words) - 1, std::end(state.words));
    state.words[0] = word;
    shorten(state, std::min(node.length, trie_.order() - 1));
    return probability;
  }

  double prefix(std::string_view prefix) const {
    const auto [first, end] = trie_.range(prefix);
    return sums_[end] - sums_[first] + sums_[1];
  }

 private:
  /// Of the histories of `shortest` words and more.
  float backoffs(const NgramState& state, int shortest) const {
    if (state.length < shortest) return 0;
    float sum = 0;
    NgramTrie::Node history = trie_.top(state.words[0]);
    if (shortest <= 1) sum = trie_.log_backoff(history);
    for (int i = 1; i < state.length; ++i) {
      const auto longer = trie_.child(history, state.words[i]);
      if (!longer) break;
      history = *longer;
      if (history.length >= shortest) sum += trie_.log_backoff(history);
    }
    return sum;
  }

  static void shorten(NgramState& state, int length) {
    state.length = static_cast<std::uint8_t>(length);
    std::fill(std::begin(state.words) + length, std::end(state.words), 0);
  }

  NgramTrie trie_;
  WordId begin_, end_;
  std::vector<double> sums_;  ///< [i]: probability of all words before number i, without the sentence's borders
};

NgramModel::NgramModel(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Result<NgramModel> NgramModel::load(const std::filesystem::path& file) {
  auto bytes = read_file(file);
  if (!bytes) return tl::unexpected(bytes.error());
  return parse(std::move(*bytes), file.string());
}

Result<NgramModel> NgramModel::parse(std::vector<std::byte> bytes, const std::string& name) {
  if (bytes.empty()) return fail(ErrorCode::malformed, name + " is empty; name an ARPA file or what attend lm build made of one");
  auto trie = make_trie(std::move(bytes), name);
  if (!trie) return tl::unexpected(trie.error());
  return NgramModel(std::make_shared<const Impl>(std::move(*trie)));
}

Status NgramModel::save(const std::filesystem::path& file) const {
  return write_file(file, impl_->trie().bytes());
}

int NgramModel::order() const {
  return impl_->trie().order();
}

std::int64_t NgramModel::words() const {
  return static_cast<std::int64_t>(impl_->trie().words());
}

std::vector<std::int64_t> NgramModel::ngrams() const {
  std::vector<std::int64_t> counts;
  for (int length = 1; length <= order(); ++length) counts.push_back(static_cast<std::int64_t>(impl_->trie().ngrams(length)));
  return counts;
}

WordId NgramModel::find(std::string_view word) const {
  return impl_->trie().find(word);
}

NgramState NgramModel::begin() const {
  NgramState state;
  if (order() == 1) return state;
  state.words[0] = impl_->begin();
  state.length = 1;
  return state;
}

float NgramModel::score(NgramState& state, WordId word) const {
  return natural * impl_->score(state, word);
}

float NgramModel::score_end(const NgramState& state) const {
  NgramState last = state;
  return score(last, impl_->end());
}

float NgramModel::score_prefix(std::string_view prefix) const {
  return static_cast<float>(std::log(impl_->prefix(prefix)));
}

}  // namespace attend::language
