#include "sdk/explanation.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace attend::sdk {
namespace {

void normalise(std::vector<float>& weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (sum <= 0) return;
  for (float& weight : weights) weight = static_cast<float>(weight / sum);
}

}  // namespace

WordAttention word_attention(const decoder::Word& word, const LabelSet& labels) {
  WordAttention attention{word.attention, {}};
  for (const auto& [label, probability] : word.considered) {
    std::string text = labels.text({&label, 1});
    if (!text.empty()) attention.considered.emplace_back(std::move(text), probability);
  }
  return attention;
}

Explanation explain(std::span<const WordAttention> words, std::int64_t first_feature, std::int64_t rows,
                    const FeatureStore& features, const RowClock& clock) {
  Explanation explanation;
  explanation.rows = static_cast<std::size_t>(rows);
  explanation.row_seconds = clock.seconds(clock.first_sample(0, 1));
  explanation.frame_seconds = clock.seconds(clock.hop());
  explanation.bins = features.bins();
  const std::int64_t end = std::min(clock.first_feature(first_feature, rows), features.end());
  const std::span<const float> heard = features.rows(first_feature, std::max(first_feature, end));
  explanation.spectrogram.assign(heard.begin(), heard.end());
  for (const WordAttention& word : words) {
    WordAttention& added = explanation.attention.emplace_back(word);
    added.weights.resize(explanation.rows);
    normalise(added.weights);
  }
  return explanation;
}

}  // namespace attend::sdk
