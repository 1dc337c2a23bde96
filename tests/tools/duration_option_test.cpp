#include "duration_option.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace attend::tools {
namespace {

using std::chrono::milliseconds;

class DurationOption : public testing::Test {
 protected:
  DurationOption() { add_duration(command_, "--tail", value_, milliseconds(20), "Silence", "Audio"); }

  std::string refusal(const std::string& text) {
    try {
      command_.parse("--tail " + text);
    } catch (const CLI::ParseError& error) {
      return error.what();
    }
    return "accepted";
  }

  CLI::App command_;
  milliseconds value_ = milliseconds(1500);
};

TEST_F(DurationOption, TakesADuration) {
  command_.parse("");
  EXPECT_EQ(value_, milliseconds(1500));
  EXPECT_EQ(refusal("20ms"), "accepted");
  EXPECT_EQ(value_, milliseconds(20));
}

TEST_F(DurationOption, RefusesWhatIsNoneOrTooShort) {
  EXPECT_EQ(refusal("soon"), "--tail: 'soon' is not a number with a unit, such as 320ms, 1s or 1.5s.");
  EXPECT_EQ(refusal("0"), "--tail: 0 is too short; give at least 20ms.");
  EXPECT_EQ(value_, milliseconds(1500));
}

}  // namespace
}  // namespace attend::tools
