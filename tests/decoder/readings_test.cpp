// Other readings: combined from what was dropped at each commitment and what is still open.
#include "decoder/readings.hpp"

#include <gtest/gtest.h>

#include <map>

#include "decoder/search.hpp"
#include "toy_world.hpp"

namespace attend::decoder {
namespace {

DescribedGroup group(Label label, std::int32_t row) {
  DescribedGroup one;
  one.path = {row, row};
  one.word.labels = {label};
  return one;
}

std::vector<Label> labels_of(const Reading& reading) {
  std::vector<Label> labels;
  for (const Word& word : reading.words) labels.insert(labels.end(), word.labels.begin(), word.labels.end());
  return labels;
}

TEST(Readings, TheBestCombinationsOfAllStretches) {
  Readings readings(4);
  // 4 or 6 (1 behind), then 8 or 10 (0.5 behind), then 12 or nothing (0.2 behind).
  readings.commit(std::vector{group(4, 10)}, std::vector<Rival>{{1, {group(6, 9), group(20, 30)}, 0}}, 10);
  readings.commit(std::vector{group(8, 30)}, std::vector<Rival>{{0.5, {group(10, 30)}, 0}}, 30);
  readings.follow({{0, {group(12, 50)}, 1}, {0.2, {}, 0}});
  const std::vector<Reading> found = readings.shown();
  const std::vector<std::pair<float, std::vector<Label>>> expected = {
      {-0.2F, {4, 8}}, {-0.5F, {4, 10, 12}}, {-0.7F, {4, 10}}, {-1.0F, {6, 8, 12}}};
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found[i].score, expected[i].first, 1e-6F);
    EXPECT_EQ(labels_of(found[i]), expected[i].second);
  }
  EXPECT_EQ(labels_of(readings.before(40).front()), (std::vector<Label>{4, 10})) << "what follows row 40 is not read";
}

TEST(Readings, WhatSaysTheSameIsOneReading) {
  Readings readings(4);
  readings.commit(std::vector{group(4, 10)},
                  std::vector<Rival>{{1, {group(6, 9)}, 0}, {2, {group(6, 8)}, 0}, {3, {group(4, 10), group(6, 40)}, 0}}, 10);
  readings.follow({{0, {}, 0}});
  const auto found = readings.shown();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].score, -1);
}

TEST(Readings, NoneAreKeptIfNoneAreWanted) {
  Readings readings(0);
  readings.commit(std::vector{group(4, 10)}, std::vector<Rival>{{1, {group(6, 9)}, 0}}, 10);
  readings.follow({{0, {}, 0}});
  EXPECT_TRUE(readings.shown().empty());
}

// Labels at some places are heard as one of two: `doubts` has the other's probability, where 0.8 is the best's.
MisheardWorld::Mishear doubtful(std::map<std::size_t, float> doubts) {
  return [doubts = std::move(doubts)](std::vector<float>& log_probs, std::size_t place, std::int32_t) {
    const auto best = std::max_element(log_probs.begin(), log_probs.end()) - log_probs.begin();
    if (best != 2 && doubts.contains(place)) log_probs[static_cast<std::size_t>(best) + 20] = std::log(doubts.at(place));
  };
}

TEST(Search, AlternativesReachBackIntoCommittedWords) {
  const std::vector<Spoken> world = {{4, 10}, {6, 30}, {8, 50}, {10, 70}, {12, 90}};
  MisheardWorld scorer(world, doubtful({{0, 0.05F}, {4, 0.15F}}));
  SearchConfig config = one_segment();
  config.beam = 4;
  config.alternatives = 3;
  config.window = 4;
  Search search(toy_labels(), config);
  const auto results = play(search, scorer, steps_of(120, 10, 20));
  EXPECT_EQ(words_of(all_committed(results)), words_of(world));
  ASSERT_GT(results.size(), 4U);
  EXPECT_LT(results.back().committed.size(), 5U) << "the first word was committed before";
  const auto& found = results.back().alternatives;
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(labels_of(found[0]), (std::vector<Label>{4, 6, 8, 10, 32}));
  EXPECT_NEAR(found[0].score, std::log(0.15F / 0.8F), 1e-4F);
  EXPECT_EQ(labels_of(found[1]), (std::vector<Label>{24, 6, 8, 10, 12}));
  EXPECT_NEAR(found[1].score, std::log(0.05F / 0.8F), 1e-4F);
  EXPECT_EQ(labels_of(found[2]), (std::vector<Label>{24, 6, 8, 10, 32}));
  for (const Reading& reading : found) {
    for (std::size_t i = 0; i < reading.words.size(); ++i) {
      EXPECT_EQ(reading.words[i].first_row, world[i].row - config.word_lead);
      EXPECT_TRUE(reading.words[i].attention.empty());
    }
  }
}

TEST(Search, AlternativesOfWhatIsShown) {
  const std::vector<Spoken> world = {{4, 10}, {6, 20}};
  MisheardWorld scorer(world, doubtful({{0, 0.15F}}));
  SearchConfig config = one_segment();
  config.beam = 2;
  config.window = 3;
  config.alternatives = 2;
  Search search(toy_labels(), config);
  scorer.hear(40, 10);
  const StepResult result = search.step(scorer);
  ASSERT_EQ(words_of(result.tentative), words_of(world));
  ASSERT_EQ(result.alternatives.size(), 1U);
  EXPECT_EQ(labels_of(result.alternatives[0]), (std::vector<Label>{24, 6}));
}

TEST(Search, WordsCarryWhereTheyListenedIfAsked) {
  const std::vector<Spoken> world = {{4, 10}, {5, 20}, {6, 30}};
  for (const bool keep : {false, true}) {
    MisheardWorld scorer(world, doubtful({{0, 0.15F}}));
    SearchConfig config = one_segment();
    config.keep_attention = keep;
    Search search(toy_labels(), config);
    const auto words = all_committed(play(search, scorer, steps_of(60, 10, 20)));
    ASSERT_EQ(words.size(), 2U);
    if (!keep) {
      EXPECT_TRUE(words[0].attention.empty());
      EXPECT_TRUE(words[0].considered.empty());
      continue;
    }
    ASSERT_GT(words[0].attention.size(), 20U);
    EXPECT_NEAR(words[0].attention[10], words[0].attention[20], 1e-6F) << "the mean over both labels";
    EXPECT_GT(words[0].attention[10], 5 * words[0].attention[15]);
    ASSERT_GE(words[0].considered.size(), 2U);
    EXPECT_EQ(words[0].considered[0].first, 4);
    EXPECT_NEAR(words[0].considered[0].second, 0.8F, 1e-5F);
    EXPECT_EQ(words[0].considered[1].first, 24);
    EXPECT_NEAR(words[0].considered[1].second, 0.15F, 1e-5F);
  }
}

}  // namespace
}  // namespace attend::decoder
