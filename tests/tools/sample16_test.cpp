#include "sample16.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace attend::tools {
namespace {

TEST(Sample16, RoundsAndCuts) {
  EXPECT_EQ(to_sample16(0.5), 16384);
  EXPECT_EQ(to_sample16(-1), -32768);
  EXPECT_EQ(to_sample16(1), 32767);
  EXPECT_EQ(to_sample16(-7), -32768);
  EXPECT_EQ(to_sample16(std::numeric_limits<double>::infinity()), 32767);
  EXPECT_EQ(to_sample16(1.4 / 32768), 1);
  EXPECT_EQ(to_sample16(-1.6 / 32768), -2);
}

TEST(Sample16, TakesWhatIsNoNumberForSilence) {
  EXPECT_EQ(to_sample16(std::numeric_limits<double>::quiet_NaN()), 0);
}

TEST(Sample16, ComesBackFromItsValue) {
  std::vector<std::int16_t> samples;
  for (int sample = -32768; sample <= 32767; ++sample) samples.push_back(static_cast<std::int16_t>(sample));
  std::vector<float> values(3);
  to_values(samples, values);
  ASSERT_EQ(values.size(), samples.size());
  EXPECT_EQ(values.front(), -1);
  for (std::size_t i = 0; i < samples.size(); ++i) ASSERT_EQ(to_sample16(values[i]), samples[i]);
}

}  // namespace
}  // namespace attend::tools
