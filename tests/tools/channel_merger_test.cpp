#include "channel_merger.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "words.hpp"

namespace attend::tools {
namespace {

using test::words_of;

Segment segment(int channel, std::int64_t number, const std::string& text, double start, double end) {
  return {channel, number, words_of(text, start), start, end, end, Cause::endpoint};
}

class MergerTest : public testing::Test {
 protected:
  std::vector<std::string> told_;
  ChannelMerger merger_{
      2, 30, [this](const Passage& passage) { told_.push_back(std::to_string(passage.channel) + ":" + to_text(passage.words)); }};
};

TEST_F(MergerTest, HoldsWordsUntilNoChannelCanBringEarlierOnes) {
  merger_.add(segment(1, 0, "later.", 5, 6));
  EXPECT_TRUE(told_.empty());
  merger_.add(segment(2, 0, "earlier.", 1, 2));
  merger_.add(segment(2, 1, "and after.", 7, 9));
  merger_.finish();
  EXPECT_EQ(told_, (std::vector<std::string>{"2:earlier.", "1:later.", "2:and after."}));
}

TEST_F(MergerTest, ASilentChannelHoldsNobodyForLong) {
  for (int i = 0; i < 100; ++i) {
    const double time = i * 10;
    merger_.add(segment(1, i, "word.", time, time + 1));
    merger_.heard(time + 10);
  }
  EXPECT_GE(told_.size(), 95u);
}

TEST_F(MergerTest, PhrasesOfOneSegmentStayTogetherIfNobodySpeaksBetween) {
  merger_.add(segment(1, 0, "One. Two. Three.", 0, 2));
  merger_.add(segment(2, 0, "Yes.", 0.7, 2));
  merger_.finish();
  EXPECT_EQ(told_, (std::vector<std::string>{"1:One. Two.", "2:Yes.", "1:Three."}));
}

TEST(ChannelMerger, EveryWordComesOnceAndPassagesAreInOrder) {
  std::mt19937 random(3);
  for (int round = 0; round < 100; ++round) {
    std::vector<Passage> told;
    ChannelMerger merger(3, 40, [&told](const Passage& passage) { told.push_back(passage); });
    std::array<double, 3> ends{};
    std::array<std::size_t, 3> said{};
    double clock = 0;
    for (int i = 0; i < 60; ++i) {
      const auto channel = static_cast<std::size_t>(random() % 3);
      const double start = ends[channel] + static_cast<double>(random() % 40) / 10;
      const Segment next = segment(static_cast<int>(channel) + 1, i, "a b. c d", start, start + 3);
      ends[channel] = next.end;
      said[channel] += next.words.size();
      clock = std::max(clock, next.end);
      merger.add(next);
      // The slowest channel bounds what was heard by all.
      merger.heard(*std::min_element(ends.begin(), ends.end()));
    }
    merger.finish();
    std::array<std::size_t, 3> heard{};
    for (std::size_t i = 0; i < told.size(); ++i) {
      ASSERT_FALSE(told[i].words.empty());
      heard[static_cast<std::size_t>(told[i].channel - 1)] += told[i].words.size();
      if (i > 0) {
        ASSERT_LE(told[i - 1].start(), told[i].start());
      }
    }
    ASSERT_EQ(heard, said);
  }
}

}  // namespace
}  // namespace attend::tools
