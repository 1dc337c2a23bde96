#include "sdk/captions.hpp"

#include <algorithm>
#include <utility>

namespace attend::sdk {

void Captions::begin(std::int64_t first_feature) {
  first_feature_ = first_feature;
  committed_.clear();
  tentative_.clear();
}

void Captions::append(std::span<const decoder::Word> words, std::int64_t heard, std::vector<Word>& to) const {
  const auto time = [&](std::int32_t row) { return seconds(std::min(clock_.first_sample(first_feature_, row), heard)); };
  for (const decoder::Word& word : words) {
    std::string text = labels_.text(word.labels);
    if (!text.empty()) to.push_back({std::move(text), time(word.first_row), time(word.end_row), word.confidence, word.stability});
  }
}

bool Captions::take(const decoder::StepResult& step, std::int64_t heard) {
  const std::size_t committed_before = committed_.size();
  append(step.committed, heard, committed_);
  std::vector<Word> tentative;
  append(step.tentative, heard, tentative);
  std::swap(tentative, tentative_);
  return committed_.size() != committed_before || !std::ranges::equal(tentative, tentative_, {}, &Word::text, &Word::text);
}

}  // namespace attend::sdk
