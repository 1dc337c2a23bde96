#include "percentile.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace attend::tools {
namespace {

TEST(Percentile, InterpolatesBetweenNeighbours) {
  const std::vector<double> values{1, 2, 4, 8, 16};
  EXPECT_EQ(percentile(values, 0), 1);
  EXPECT_EQ(percentile(values, 50), 4);
  EXPECT_EQ(percentile(values, 100), 16);
  EXPECT_DOUBLE_EQ(percentile(values, 90), 8 + 0.6 * 8);
  EXPECT_EQ(percentile(std::vector<double>{3}, 90), 3);
  EXPECT_EQ(percentile({}, 90), 0);
}

}  // namespace
}  // namespace attend::tools
