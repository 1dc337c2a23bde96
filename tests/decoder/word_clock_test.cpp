#include "decoder/word_clock.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

namespace attend::decoder {
namespace {

using Matrix = std::vector<std::vector<float>>;

std::vector<std::span<const float>> views(const Matrix& matrix) {
  return {matrix.begin(), matrix.end()};
}

double score_of(const Matrix& attention, const std::vector<std::int32_t>& path) {
  double score = 0;
  for (std::size_t i = 0; i < path.size(); ++i)
    score += std::log(static_cast<double>(attention[i][static_cast<std::size_t>(path[i])]) + 1e-4);
  return score;
}

double best_of_all_paths(const Matrix& attention, std::int32_t floor) {
  const auto rows = static_cast<std::int32_t>(attention.front().size());
  std::vector<std::int32_t> path;
  double best = -1e300;
  const std::function<void(std::int32_t)> walk = [&](std::int32_t from) {
    if (path.size() == attention.size()) {
      best = std::max(best, score_of(attention, path));
      return;
    }
    for (std::int32_t row = from; row < rows; ++row) {
      path.push_back(row);
      walk(row);
      path.pop_back();
    }
  };
  walk(floor);
  return best;
}

TEST(MonotonicPath, IsTheBestOfAllPaths) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(0, 1);
  for (int trial = 0; trial < 200; ++trial) {
    Matrix attention(1 + random() % 5, std::vector<float>(1 + random() % 8));
    for (auto& row : attention) {
      row.resize(attention.front().size());
      for (float& value : row) value = uniform(random) < 0.3F ? 0.0F : uniform(random);
    }
    const auto floor = static_cast<std::int32_t>(random() % attention.front().size());
    const auto path = monotonic_path(views(attention), floor);
    ASSERT_EQ(path.size(), attention.size());
    EXPECT_GE(path.front(), floor);
    EXPECT_TRUE(std::is_sorted(path.begin(), path.end()));
    EXPECT_NEAR(score_of(attention, path), best_of_all_paths(attention, floor), 1e-9);
  }
}

TEST(MonotonicPath, OfNothingIsEmpty) {
  EXPECT_TRUE(monotonic_path({}, 3).empty());
}

TEST(MonotonicPath, OneLabelThatLooksBackDoesNotPullTheOthersBack) {
  Matrix attention(3, std::vector<float>(10, 0.0F));
  attention[0][4] = 0.9F;
  attention[1][1] = 0.6F;
  attention[1][5] = 0.3F;
  attention[2][8] = 0.9F;
  EXPECT_EQ(monotonic_path(views(attention), 0), (std::vector<std::int32_t>{4, 5, 8}));
}

TEST(WordClock, AWordEndsWhereTheNextBegins) {
  SearchConfig config;
  config.word_lead = 3;
  config.word_gap = 37;
  config.last_tail = 9;
  WordClock clock(config);
  const WordSpan first = clock.place(10, 14, 37, 200);
  EXPECT_EQ(first.first, 7);
  EXPECT_EQ(first.end, 34);
  const WordSpan second = clock.place(37, 40, 80, 200);
  EXPECT_EQ(second.first, 34);
  EXPECT_EQ(second.end, 49) << "the next begins 37 rows behind its last label: there is a pause";
  const WordSpan third = clock.place(80, 82, std::nullopt, 200);
  EXPECT_EQ(third.end, 91) << "no word behind it";
}

TEST(WordClock, NoWordIsEmptyOrOverlapsAnother) {
  SearchConfig config;
  config.word_lead = 3;
  WordClock clock(config);
  EXPECT_EQ(clock.place(10, 14, 15, 100).end, 12);
  const WordSpan second = clock.place(15, 15, 15, 100);
  EXPECT_EQ(second.first, 12);
  EXPECT_EQ(second.end, 13);
  const WordSpan third = clock.place(15, 15, std::nullopt, 20);
  EXPECT_EQ(third.first, 13) << "not before the end of the word before it";
  EXPECT_EQ(third.end, 20) << "not beyond the rows";
}

TEST(WordClock, WhatIsHeardEndsALittleBehindTheLastLabel) {
  SearchConfig config;
  config.word_tail = 4;
  const WordClock clock(config);
  EXPECT_EQ(clock.heard_end(50, 100), 54);
  EXPECT_EQ(clock.heard_end(98, 100), 100);
}

TEST(WordClock, ABeginningIsNotBeforeTheSegment) {
  WordClock clock{SearchConfig{}};
  EXPECT_EQ(clock.place(1, 1, std::nullopt, 50).first, 0);
}

}  // namespace
}  // namespace attend::decoder
