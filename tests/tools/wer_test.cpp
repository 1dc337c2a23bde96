#include "wer.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace attend::tools {
namespace {

using Words = std::vector<std::string>;

/// Tries every alignment: the fewest errors, then the fewest substitutions.
class EveryAlignment {
 public:
  EveryAlignment(const Words& reference, const Words& hypothesis) : reference_(reference), hypothesis_(hypothesis) {}

  std::tuple<int, int, int, int> best(std::size_t i = 0, std::size_t j = 0) {
    if (i == reference_.size() && j == hypothesis_.size()) return {0, 0, 0, 0};
    const auto known = seen_.find({i, j});
    if (known != seen_.end()) return known->second;
    std::tuple<int, int, int, int> least{1'000, 0, 0, 0};
    const auto offer = [&](std::tuple<int, int, int, int> rest, int substituted, int deleted, int inserted) {
      auto [errors, s, d, n] = rest;
      least = std::min(least, {errors + substituted + deleted + inserted, s + substituted, d + deleted, n + inserted});
    };
    if (i < reference_.size() && j < hypothesis_.size()) offer(best(i + 1, j + 1), reference_[i] == hypothesis_[j] ? 0 : 1, 0, 0);
    if (i < reference_.size()) offer(best(i + 1, j), 0, 1, 0);
    if (j < hypothesis_.size()) offer(best(i, j + 1), 0, 0, 1);
    return seen_[{i, j}] = least;
  }

 private:
  Words reference_, hypothesis_;
  std::map<std::pair<std::size_t, std::size_t>, std::tuple<int, int, int, int>> seen_;
};

Words random_words(std::mt19937_64& random, std::size_t longest, int different) {
  Words words(random() % (longest + 1));
  for (auto& word : words) word = std::to_string(random() % different);
  return words;
}

TEST(WordErrors, CountsByHand) {
  const Words reference{"the", "cat", "sat", "down"};
  EXPECT_EQ(word_errors(reference, reference), (WordErrors{4, 0, 0, 0}));
  EXPECT_EQ(word_errors(reference, Words{"the", "hat", "sat", "down"}), (WordErrors{4, 1, 0, 0}));
  EXPECT_EQ(word_errors(reference, Words{"the", "sat", "down"}), (WordErrors{4, 0, 1, 0}));
  EXPECT_EQ(word_errors(reference, Words{"the", "big", "cat", "sat", "down"}), (WordErrors{4, 0, 0, 1}));
  EXPECT_EQ(word_errors(reference, {}), (WordErrors{4, 0, 4, 0}));
  EXPECT_EQ(word_errors({}, reference), (WordErrors{0, 0, 0, 4}));
  EXPECT_EQ(word_errors({}, {}), WordErrors{});
}

TEST(WordErrors, AmongEquallyFewErrorsMostWordsAreRight) {
  EXPECT_EQ(word_errors(Words{"a", "b"}, Words{"b", "c"}), (WordErrors{2, 0, 1, 1}));
}

TEST(WordErrors, AgreeWithTryingEveryAlignment) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 3'000; ++round) {
    const auto reference = random_words(random, 12, 4);
    const auto hypothesis = random_words(random, 12, 4);
    const auto [errors, s, d, i] = EveryAlignment(reference, hypothesis).best();
    const auto counted = word_errors(reference, hypothesis);
    ASSERT_EQ(counted, (WordErrors{static_cast<std::int64_t>(reference.size()), s, d, i}));
    ASSERT_EQ(counted.errors(), errors);
  }
}

TEST(WordErrors, AgreeBeyondTheFirstBand) {
  // More errors than the first band holds, so that it widens; still small enough for the oracle.
  std::mt19937_64 random(2);
  for (int round = 0; round < 20; ++round) {
    const auto reference = random_words(random, 200, 1'000);
    const auto hypothesis = random_words(random, 200, 1'000);
    const auto [errors, s, d, i] = EveryAlignment(reference, hypothesis).best();
    ASSERT_EQ(word_errors(reference, hypothesis), (WordErrors{static_cast<std::int64_t>(reference.size()), s, d, i}));
  }
}

TEST(WordErrors, LongTextsWithKnownErrors) {
  // Every word differs from all others, so the errors planted are the fewest possible.
  Words reference;
  Words hypothesis;
  WordErrors planted{.words = 20'000};
  for (int i = 0; i < planted.words; ++i) {
    reference.push_back(std::to_string(i));
    if (i % 100 == 7) {
      ++planted.deletions;
      continue;
    }
    const bool wrong = i % 100 == 50;
    hypothesis.push_back(wrong ? "wrong" : reference.back());
    planted.substitutions += wrong ? 1 : 0;
    if (i % 400 == 90) {
      hypothesis.emplace_back("more");
      ++planted.insertions;
    }
  }
  EXPECT_EQ(word_errors(reference, hypothesis), planted);
}

TEST(WordErrors, RateIsPerCentOfTheReference) {
  EXPECT_DOUBLE_EQ((WordErrors{200, 1, 2, 3}).rate(), 3.0);
  EXPECT_DOUBLE_EQ(WordErrors{}.rate(), 0.0);
  EXPECT_DOUBLE_EQ((WordErrors{0, 0, 0, 2}).rate(), 100.0);
}

}  // namespace
}  // namespace attend::tools
