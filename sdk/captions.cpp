#include "sdk/captions.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sdk/explanation.hpp"

namespace attend::sdk {

void Captions::begin(std::int64_t first_feature) {
  first_feature_ = first_feature;
  committed_.clear();
  tentative_.clear();
  alternatives_.clear();
  attention_.clear();
}

std::vector<Word> Captions::spelled(std::span<const decoder::Word> words, std::int64_t heard) const {
  std::vector<Word> result;
  const auto time = [&](std::int32_t row) { return seconds(std::min(clock_.first_sample(first_feature_, row), heard)); };
  for (const decoder::Word& word : words) {
    std::string text = labels_.text(word.labels);
    if (text.empty()) continue;
    result.push_back({std::move(text), time(word.first_row), time(word.end_row), word.confidence, word.stability});
  }
  return result;
}

bool Captions::take(const decoder::StepResult& step, std::int64_t heard) {
  const std::size_t committed_before = committed_.size();
  std::ranges::move(spelled(step.committed, heard), std::back_inserter(committed_));
  for (const decoder::Word& word : step.committed) {
    if (!word.attention.empty() && !labels_.text(word.labels).empty()) attention_.push_back(word_attention(word, labels_));
  }
  std::vector<Word> tentative = spelled(step.tentative, heard);
  std::swap(tentative, tentative_);
  keep_other_texts(step.alternatives, heard);
  return committed_.size() != committed_before || !std::ranges::equal(tentative, tentative_, {}, &Word::text, &Word::text);
}

/// Labels may spell one text in several ways, and readings may differ beyond what is shown: a text is told once.
void Captions::keep_other_texts(std::span<const decoder::Reading> readings, std::int64_t heard) {
  alternatives_.clear();
  std::vector<Word> written = committed_;
  written.insert(written.end(), tentative_.begin(), tentative_.end());
  for (const decoder::Reading& reading : readings) {
    std::vector<Word> words = spelled(reading.words, heard);
    const auto reads_so = [&](const std::vector<Word>& other) {
      return std::ranges::equal(words, other, {}, &Word::text, &Word::text);
    };
    if (reads_so(written) || std::ranges::any_of(alternatives_, reads_so, &Reading::words)) continue;
    alternatives_.push_back({reading.score, std::move(words)});
  }
}

}  // namespace attend::sdk
