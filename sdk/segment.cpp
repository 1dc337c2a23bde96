#include "sdk/segment.hpp"

#include <algorithm>
#include <utility>

#include "sdk/model_impl.hpp"

namespace attend::sdk {

namespace {

// Phrases, language models and other readings live on hypotheses that attention alone would drop (docs/search.md, "The beam").
constexpr float wide_window = 3;

}  // namespace

Segment::Segment(std::shared_ptr<const Model::Impl> model, const StreamSettings& settings)
    : model_(std::move(model)),
      search_config_(settings.search),
      stride_(model_->config.stem_stride()),
      encoder_(model_->network, settings.span),
      label_decoder_(model_->network),
      scorer_(encoder_, label_decoder_),
      opinions_(model_->letters, settings.language_model, settings.language_weight),
      sound_(model_->network, settings.heads, settings.span, model_->spelling, model_->label_table.end) {}

void Segment::begin(std::int64_t first_feature) {
  search_.reset();  // before the opinions that it asks
  encoder_.reset();
  label_decoder_.reset();
  sound_.begin();
  first_feature_ = first_feature;
  fed_ = first_feature;
}

decoder::Search& Segment::search() {
  if (search_) return *search_;
  std::vector<decoder::WeightedOpinion> opinions = opinions_.begin();
  for (const decoder::WeightedOpinion& opinion : sound_.opinions()) opinions.push_back(opinion);
  decoder::SearchConfig config = search_config_;
  if (!opinions.empty() || config.alternatives > 0) config.window = wide_window;
  return search_.emplace(model_->label_table, config, std::move(opinions));
}

bool Segment::feed(const FeatureStore& features) {
  // In pieces of one encoder row, so that what a step sees does not depend on how much lies in the store.
  while (!encoder_.ready()) {
    const std::int64_t next = std::min(fed_ + stride_, features.end());
    if (next == fed_) return false;
    encoder_.push(features.rows(fed_, next));
    fed_ = next;
  }
  return true;
}

void Segment::hear(const engine::EncoderBlock& block) {
  sound_.advance(block);
  label_decoder_.advance(block);
}

decoder::StepResult Segment::step() {
  hear(encoder_.step());
  return search().step(scorer_);
}

decoder::StepResult Segment::finish(std::optional<decoder::Cut> cut) {
  if (!cut) hear(encoder_.finish());
  if (label_decoder_.rows() == 0) return {};
  return search().finish(scorer_, cut);
}

}  // namespace attend::sdk
