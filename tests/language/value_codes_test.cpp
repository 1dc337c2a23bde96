#include "language/value_codes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace attend::language {
namespace {

TEST(ValueCodes, AreExactForFewValues) {
  std::vector<float> values;
  for (int i = 0; i < 255; ++i) values.push_back(-0.37F * static_cast<float>(i * i % 255));
  const ValueCodes few(values);
  for (const float value : values) {
    EXPECT_NE(few.code(value), 0);
    EXPECT_EQ(few.values()[few.code(value)], value);
  }
}

TEST(ValueCodes, MoveManyValuesByHalfAStepAtMost) {
  std::mt19937 random(1);
  std::vector<float> values;
  for (int i = 0; i < 5000; ++i) values.push_back(-static_cast<float>(random() % 1000000) / 1e5F);
  const ValueCodes many(values);
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const float half_step = (*most - *least) / 254 / 2;
  for (const float value : values) {
    EXPECT_NE(many.code(value), 0);
    EXPECT_NEAR(many.values()[many.code(value)], value, half_step * 1.001F);
    EXPECT_LE(many.values()[many.code(value)], 0);
  }
}

TEST(ValueCodes, HoldNothingToo) {
  const ValueCodes none({});
  for (const float value : none.values()) EXPECT_EQ(value, 0);
}

}  // namespace
}  // namespace attend::language
