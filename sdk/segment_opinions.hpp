// What speaks beside the attention in one segment: the language model and the phrases of its stream.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "attend/attend.hpp"
#include "decoder/label_opinion.hpp"
#include "language/label_texts.hpp"
#include "language/phrase_set.hpp"

namespace attend::sdk {

/// Used again and again: `begin` forgets the segment before. One owner, not thread-safe.
class SegmentOpinions {
 public:
  /// `texts` outlives the opinions; `model` may be null.
  SegmentOpinions(const language::LabelTexts& texts, std::shared_ptr<const LanguageModel::Impl> model, float weight);

  /// Phrases that hold from the next `begin` on.
  void set_phrases(language::PhraseSet phrases) { next_phrases_ = std::move(phrases); }
  /// Fresh opinions for a segment; valid until the next `begin`.
  std::vector<decoder::WeightedOpinion> begin();

 private:
  const language::LabelTexts& texts_;
  std::shared_ptr<const LanguageModel::Impl> model_;
  float weight_;
  language::PhraseSet next_phrases_, phrases_;
  std::unique_ptr<decoder::LabelOpinion> of_model_, of_phrases_;
};

}  // namespace attend::sdk
