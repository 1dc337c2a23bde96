#include "decoder/readings.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace attend::decoder {

namespace {

bool same_words(const Reading& a, const Reading& b) {
  return std::equal(a.words.begin(), a.words.end(), b.words.begin(), b.words.end(),
                    [](const Word& left, const Word& right) { return left.labels == right.labels; });
}

// Keeps the better of two that say the same.
void add(std::vector<Reading>& readings, Reading reading) {
  for (Reading& known : readings) {
    if (!same_words(known, reading)) continue;
    known.score = std::max(known.score, reading.score);
    return;
  }
  readings.push_back(std::move(reading));
}

void keep_best(std::vector<Reading>& readings, std::size_t count) {
  std::stable_sort(readings.begin(), readings.end(), [](const Reading& a, const Reading& b) { return a.score > b.score; });
  if (readings.size() > count) readings.resize(count);
}

// The best combinations of what was read before and what is read behind it; both begin with the best, whose score is 0.
std::vector<Reading> combine(std::span<const Reading> before, std::span<const Reading> behind, std::size_t count) {
  std::vector<Reading> all;
  for (const Reading& first : before) {
    for (const Reading& second : behind) {
      Reading both{first.score + second.score, first.words};
      both.words.insert(both.words.end(), second.words.begin(), second.words.end());
      add(all, std::move(both));
    }
  }
  keep_best(all, count);
  return all;
}

// The words of those groups that are wanted.
template <class Wanted>
Reading read(double behind, std::span<const DescribedGroup> groups, const Wanted& wanted) {
  Reading reading{static_cast<float>(-behind), {}};
  for (const DescribedGroup& group : groups) {
    if (group.tail || !wanted(group)) continue;
    Word& word = reading.words.emplace_back();
    word.labels = group.word.labels;
    word.first_row = group.word.first_row;
    word.end_row = group.word.end_row;
    word.confidence = group.word.confidence;
    word.stability = group.word.stability;
  }
  return reading;
}

constexpr auto all_of_them = [](const DescribedGroup&) { return true; };

}  // namespace

Readings::Readings(std::size_t count) : count_(count), committed_(1) {}

void Readings::commit(std::span<const DescribedGroup> groups, std::span<const Rival> dropped, std::int32_t end) {
  if (count_ == 0 || groups.empty()) return;
  std::vector<Reading> stretch = {read(0, groups, all_of_them)};
  for (const Rival& rival : dropped) {
    add(stretch, read(rival.behind, rival.groups, [&](const DescribedGroup& group) { return group.path.first <= end; }));
  }
  for (Reading& reading : stretch) {
    for (Word& word : reading.words) word.stability = 1;
  }
  committed_ = combine(committed_, stretch, count_ + 1);
}

std::vector<Reading> Readings::shown() const {
  std::vector<Reading> rest;
  for (const Rival& rival : rest_) add(rest, read(rival.behind, std::span(rival.groups).first(rival.shown), all_of_them));
  return with_rest(rest);
}

std::vector<Reading> Readings::before(std::int32_t row) const {
  std::vector<Reading> rest;
  for (const Rival& rival : rest_) {
    add(rest, read(rival.behind, rival.groups, [&](const DescribedGroup& group) { return group.path.last < row; }));
  }
  return with_rest(rest);
}

std::vector<Reading> Readings::with_rest(std::span<const Reading> rest) const {
  if (count_ == 0 || rest.empty()) return {};
  std::vector<Reading> all = combine(committed_, rest, count_ + 1);
  all.erase(all.begin());
  return all;
}

}  // namespace attend::decoder
