#include "decoder/shown_words.hpp"

#include <algorithm>
#include <utility>

namespace attend::decoder {

namespace {

std::size_t count_labels(std::span<const DescribedGroup> groups) {
  std::size_t labels = 0;
  for (const DescribedGroup& group : groups) labels += group.word.labels.size();
  return labels;
}

// Behind words whose times may have moved.
void place_behind(Word& word, const Word& before) {
  word.first_row = std::max(word.first_row, before.end_row);
  word.end_row = std::max(word.end_row, word.first_row + 1);
  word.stability = std::min(word.stability, before.stability);
}

}  // namespace

std::vector<Word> ShownWords::step(std::span<const DescribedGroup> groups, std::size_t committed, std::size_t shown,
                                   std::span<const Label> said, bool waits) {
  const auto showing = groups.subspan(committed, shown - committed);
  std::vector<DescribedGroup> now(showing.begin(), showing.end());
  if (!contradicted(said, waits)) hold(now, count_labels(groups.first(shown)));
  last_ = std::move(now);
  std::vector<Word> words;
  for (const DescribedGroup& group : last_) {
    if (group.tail) continue;
    words.push_back(group.word);
    const std::size_t count = words.size();
    if (count > 1) place_behind(words[count - 1], words[count - 2]);
  }
  return words;
}

bool ShownWords::contradicted(std::span<const Label> said, bool waits) const {
  std::size_t at = 0;
  for (const DescribedGroup& group : last_) {
    for (const Label label : group.word.labels) {
      if (at == said.size()) return !waits;
      if (said[at++] != label) return true;
    }
  }
  return false;
}

// Appends the last step's groups that follow the first `labels` labels.
void ShownWords::hold(std::vector<DescribedGroup>& now, std::size_t labels) const {
  std::size_t at = 0;
  for (const DescribedGroup& group : last_) {
    if (at == labels) {
      now.push_back(group);
      labels += group.word.labels.size();
    }
    at += group.word.labels.size();
  }
}

}  // namespace attend::decoder
