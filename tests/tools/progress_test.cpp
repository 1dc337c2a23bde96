#include "progress.hpp"

#include <gtest/gtest.h>

#include "utf8.hpp"

namespace attend::tools {
namespace {

TEST(Progress, TellsShareSpeedAndTimeLeft) {
  const ProgressState state{5, 2, 0.45, 0.45, 620, 20, "talk.wav"};
  EXPECT_EQ(progress_line(state, 200), "2 of 5 inputs, 45 %, 31 times real time, 0:24 left: talk.wav");
}

TEST(Progress, TimeLeftCountsThisRunOnly) {
  // Half was done by an earlier run; this one did a tenth in 10 s, so the other four tenths take 40 s.
  EXPECT_EQ(progress_line({1, 0, 0.6, 0.1, 100, 10, ""}, 200), "60 %, 10 times real time, 0:40 left");
}

TEST(Progress, MakesNoGuessesAtTheStart) {
  EXPECT_EQ(progress_line({3, 0, 0.0, 0.0, 0.5, 0.1, "a"}, 200), "0 of 3 inputs, 0 %: a");
}

TEST(Progress, OfUnknownLengthTellsWhatWasHeard) {
  EXPECT_EQ(progress_line({1, 0, std::nullopt, 0, 3725, 1000, "-"}, 200), "1:02:05 heard, 3.7 times real time: -");
}

TEST(Progress, FitsTheTerminalAndShowsNoControlCharacters) {
  const std::string line = progress_line({1, 0, 0.5, 0.5, 1, 1, "ä\n\x1b[31määä"}, 12);
  EXPECT_EQ(line, "50 %: ä\\n\\x1");
  EXPECT_LE(count_characters(line), 12u);
}

}  // namespace
}  // namespace attend::tools
