#include "bootstrap.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace attend::tools {
namespace {

TEST(Bootstrap, WithoutSpreadTheIntervalIsThePoint) {
  const std::vector<WordErrors> equal(9, WordErrors{100, 5, 0, 0});
  const auto [low, high] = bootstrap_interval(equal);
  EXPECT_DOUBLE_EQ(low, 5.0);
  EXPECT_DOUBLE_EQ(high, 5.0);
  EXPECT_EQ(bootstrap_interval({}).high, 0.0);
}

TEST(Bootstrap, IsTheSameEveryTime) {
  const std::vector<WordErrors> clusters{{100, 5, 0, 0}, {50, 1, 1, 1}, {80, 0, 0, 0}, {120, 20, 1, 3}};
  const auto first = bootstrap_interval(clusters);
  const auto second = bootstrap_interval(clusters);
  EXPECT_EQ(first.low, second.low);
  EXPECT_EQ(first.high, second.high);
}

TEST(Bootstrap, AgreesWithTheNormalApproximation) {
  // For many clusters of equal size the pooled rate is a mean, whose standard error is known.
  std::mt19937_64 random(5);
  std::vector<WordErrors> clusters;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < 400; ++i) {
    clusters.push_back({100, static_cast<std::int64_t>(random() % 21), 0, 0});
    sum += clusters.back().rate();
    squares += clusters.back().rate() * clusters.back().rate();
  }
  const double mean = sum / 400;
  const double error = std::sqrt((squares / 400 - mean * mean) / 400);
  const auto [low, high] = bootstrap_interval(clusters);
  EXPECT_NEAR(low, mean - 1.96 * error, 0.15 * error * 1.96);
  EXPECT_NEAR(high, mean + 1.96 * error, 0.15 * error * 1.96);
}

TEST(Bootstrap, LongClustersWeighMore) {
  const std::vector<WordErrors> clusters{{1, 1, 0, 0}, {10'000, 0, 0, 0}, {10'000, 0, 0, 0}, {10'000, 0, 0, 0}, {10'000, 0, 0, 0}};
  EXPECT_LT(bootstrap_interval(clusters).high, 1.0);
}

}  // namespace
}  // namespace attend::tools
