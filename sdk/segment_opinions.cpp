#include "sdk/segment_opinions.hpp"

#include "language/ngram_opinion.hpp"
#include "sdk/language_model_impl.hpp"

namespace attend::sdk {
namespace {

constexpr float phrase_weight = 0.45F;  // nats a letter, beside each phrase's own; docs/language.md has the figures

language::PhraseSet no_phrases(const language::LabelTexts& texts) {
  std::vector<language::RefusedPhrase> none;
  return language::PhraseSet::build({}, texts, none);
}

}  // namespace

SegmentOpinions::SegmentOpinions(const language::LabelTexts& texts, std::shared_ptr<const LanguageModel::Impl> model, float weight)
    : texts_(texts), model_(std::move(model)), weight_(weight), next_phrases_(no_phrases(texts)), phrases_(next_phrases_) {}

std::vector<decoder::WeightedOpinion> SegmentOpinions::begin() {
  std::vector<decoder::WeightedOpinion> opinions;
  if (model_ && weight_ > 0) {
    of_model_ = language::ngram_opinion(model_->model, texts_);
    opinions.push_back({of_model_.get(), weight_});
  }
  of_phrases_.reset();  // before the phrases that it speaks for
  phrases_ = next_phrases_;
  if (!phrases_.empty()) {
    of_phrases_ = language::phrase_opinion(phrases_, texts_);
    opinions.push_back({of_phrases_.get(), phrase_weight});
  }
  return opinions;
}

}  // namespace attend::sdk
