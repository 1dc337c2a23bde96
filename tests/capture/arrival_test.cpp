#include "capture/arrival.hpp"

#include <gtest/gtest.h>

namespace attend::capture {
namespace {

using namespace std::chrono_literals;

const Arrival::Time start = Arrival::Time() + 1000s;

TEST(Arrival, TellsHowLongNothingCame) {
  Arrival arrival(16000, start);
  EXPECT_DOUBLE_EQ(arrival.silent_for(start + 250ms).count(), 0.25);
  arrival.note(start + 1s);
  EXPECT_DOUBLE_EQ(arrival.silent_for(start + 3s).count(), 2.0);
}

TEST(Arrival, CountsWhatFitsIntoAGap) {
  Arrival arrival(16000, start);
  arrival.note(start + 10ms);
  // 300 ms have passed, in which 4800 samples would have come; 160 did.
  EXPECT_EQ(arrival.note_gap(start + 310ms, 160), 4640U);
  EXPECT_DOUBLE_EQ(arrival.silent_for(start + 310ms).count(), 0.0);
}

TEST(Arrival, NoGapGoesUnseen) {
  Arrival arrival(48000, start);
  EXPECT_EQ(arrival.note_gap(start + 1ms, 480), 1U);
}

}  // namespace
}  // namespace attend::capture
