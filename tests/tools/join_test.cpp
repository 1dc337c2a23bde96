#include "join.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace attend::tools {
namespace {

std::vector<double> random_lengths(std::size_t count) {
  std::mt19937_64 random(4);
  std::vector<double> seconds(count);
  for (auto& length : seconds) length = 1 + static_cast<double>(random() % 300) / 10;
  return seconds;
}

TEST(PlanJoins, EveryRecordingStandsOnceAndInOrder) {
  const auto seconds = random_lengths(500);
  std::vector<std::size_t> all;
  for (const auto& join : plan_joins(seconds)) {
    ASSERT_EQ(join.gaps.size() + 1, join.recordings.size());
    all.insert(all.end(), join.recordings.begin(), join.recordings.end());
  }
  ASSERT_EQ(all.size(), seconds.size());
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], i);
}

TEST(PlanJoins, LengthsAndGapsStayWithinTheirBounds) {
  const auto seconds = random_lengths(2'000);
  double shortest = 10, longest = 0;
  const auto joins = plan_joins(seconds);
  for (std::size_t i = 0; i < joins.size(); ++i) {
    double length = 0;
    for (const auto recording : joins[i].recordings) length += seconds[recording];
    for (const auto gap : joins[i].gaps) {
      length += gap;
      shortest = std::min(shortest, gap);
      longest = std::max(longest, gap);
    }
    EXPECT_LE(length, 600);
    if (i + 1 < joins.size()) {
      EXPECT_GT(length, 600 - 31 - 5);
    }
  }
  EXPECT_GE(shortest, 0.1);
  EXPECT_LT(shortest, 0.2);
  EXPECT_LE(longest, 5.0);
  EXPECT_GT(longest, 4.9);
}

TEST(PlanJoins, IsTheSameEveryTimeAndChangesWithTheSeed) {
  const auto seconds = random_lengths(50);
  EXPECT_EQ(plan_joins(seconds)[0].gaps, plan_joins(seconds)[0].gaps);
  EXPECT_NE(plan_joins(seconds)[0].gaps, plan_joins(seconds, {.seed = 2})[0].gaps);
}

TEST(PlanJoins, LongRecordingsStandAlone) {
  const auto joins = plan_joins(std::vector<double>{10, 700, 10});
  ASSERT_EQ(joins.size(), 3U);
  EXPECT_EQ(joins[1].recordings, std::vector<std::size_t>{1});
  EXPECT_TRUE(plan_joins({}).empty());
}

}  // namespace
}  // namespace attend::tools
