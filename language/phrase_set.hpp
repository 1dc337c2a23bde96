// Phrases to expect, as a graph over letters: thousands of them cost a lookup per candidate.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "decoder/label_opinion.hpp"
#include "language/label_texts.hpp"

namespace attend::language {

struct WeightedPhrase {
  std::string text;
  float weight = 1;
};

struct RefusedPhrase {
  std::size_t index = 0;
  std::string reason;  ///< one sentence that names the phrase
};

/// Immutable once built; shared by streams.
class PhraseSet {
 public:
  /// Phrases are found however the labels spell them, in any case and with marks around them: the graph is over letters, and labels
  /// walk it letter by letter. What cannot be spelled with the labels is refused and told; the rest stands.
  static PhraseSet build(std::span<const WeightedPhrase> phrases, const LabelTexts& texts, std::vector<RefusedPhrase>& refused);

  bool empty() const;
  std::size_t size() const;

  class Impl;
  const std::shared_ptr<const Impl>& impl() const { return impl_; }

 private:
  explicit PhraseSet(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

/// Gives each label on the way through a phrase its share of the bonus, and takes all of it back when the phrase is left before its
/// end (Aho and Corasick 1975; as in WeNet's and sherpa's context graphs). `set` and `texts` outlive the opinion.
std::unique_ptr<decoder::LabelOpinion> phrase_opinion(const PhraseSet& set, const LabelTexts& texts);

}  // namespace attend::language
