#include "duration.hpp"

#include <gtest/gtest.h>

namespace attend::tools {
namespace {

using std::chrono::milliseconds;

TEST(Duration, ReadsNumbersWithUnits) {
  EXPECT_EQ(parse_duration("320ms"), milliseconds(320));
  EXPECT_EQ(parse_duration("1s"), milliseconds(1000));
  EXPECT_EQ(parse_duration("1.5s"), milliseconds(1500));
  EXPECT_EQ(parse_duration("0.5ms"), milliseconds(1));
  EXPECT_EQ(parse_duration("86400s"), milliseconds(86'400'000));
}

TEST(Duration, NoughtNeedsNoUnit) {
  EXPECT_EQ(parse_duration("0"), milliseconds(0));
  EXPECT_EQ(parse_duration("0s"), milliseconds(0));
  EXPECT_EQ(parse_duration("0ms"), milliseconds(0));
}

TEST(Duration, RefusesEverythingElse) {
  for (const char* text :
       {"",    "ms",    "s",   "320", "320 ms", " 320ms", "320ms ", "320m", "320MS",  "-1s",    "-0.1ms",
        "+1s", "1e3ms", "nan", "inf", "infs",   "0x10ms", "1..5s",  "1s1s", "86401s", "1e999s", "999999999999999999999s"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

}  // namespace
}  // namespace attend::tools
