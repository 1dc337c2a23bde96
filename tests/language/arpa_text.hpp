// ARPA for tests: random models as text, and what they say, straight from the format's definition.
#pragma once

#include <cstddef>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "language/ngram_model.hpp"

namespace attend::language {

using Words = std::vector<std::string>;

struct ArpaValues {
  float probability = 0, backoff = 0;
};

/// All n-grams by their words.
struct ArpaText {
  std::map<Words, ArpaValues> ngrams;
  std::size_t order = 0;

  std::string text() const {
    std::string result = "anything may stand before\n\\data\\\n";
    for (std::size_t n = 1; n <= order; ++n) result += "ngram " + std::to_string(n) + "=" + std::to_string(count(n)) + "\n";
    for (std::size_t n = 1; n <= order; ++n) {
      result += "\n\\" + std::to_string(n) + "-grams:\n";
      for (const auto& [words, values] : ngrams) {
        if (words.size() != n) continue;
        result += std::to_string(values.probability) + "\t";
        for (std::size_t i = 0; i < n; ++i) result += (i > 0 ? " " : "") + words[i];
        if (values.backoff != 0) result += "\t" + std::to_string(values.backoff);
        result += "\n";
      }
    }
    return result + "\n\\end\\\n";
  }

  std::size_t count(std::size_t n) const {
    std::size_t found = 0;
    for (const auto& [words, values] : ngrams) found += words.size() == n ? 1 : 0;
    return found;
  }

  /// Base-10 log-probability of a word: if the n-gram is listed its value, else the history's back-off weight and the word's
  /// log-probability behind a shorter history.
  double score(Words history, const std::string& word) const {
    const bool known = ngrams.contains({word});
    if (history.size() >= order) history.erase(history.begin(), history.end() - static_cast<std::ptrdiff_t>(order - 1));
    for (std::string& before : history) before = ngrams.contains({before}) ? before : "<unk>";
    Words all = history;
    all.push_back(known ? word : "<unk>");
    if (const auto found = ngrams.find(all); found != ngrams.end()) return found->second.probability;
    const auto found = ngrams.find(history);
    const double weight = found == ngrams.end() ? 0 : found->second.backoff;
    return weight + score(Words(history.begin() + 1, history.end()), word);
  }
};

/// A model over the words a … h whose n-grams do not imply each other, as in pruned models. At most 200 different values.
inline ArpaText random_arpa(std::mt19937& random, std::size_t order) {
  const Words vocabulary = {"<unk>", "<s>", "</s>", "a", "b", "c", "d", "e", "f", "g", "h"};
  ArpaText arpa{.ngrams = {}, .order = order};
  const auto value = [&] { return static_cast<float>(random() % 200) / 64; };
  for (const std::string& word : vocabulary) arpa.ngrams[{word}] = {-value(), -value()};
  for (std::size_t n = 2; n <= order; ++n) {
    for (int i = 0; i < 60; ++i) {
      Words words;
      while (words.size() < n) words.push_back(vocabulary[random() % vocabulary.size()]);
      arpa.ngrams[words] = {-value(), n < order ? -value() : 0};
    }
  }
  return arpa;
}

inline std::vector<std::byte> bytes_of(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

inline NgramModel model_of(const std::string& text) {
  return NgramModel::parse(bytes_of(text), "test").value();
}

}  // namespace attend::language
