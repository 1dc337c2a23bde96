#include "decoder/shown_words.hpp"

#include <gtest/gtest.h>

#include "toy_world.hpp"

namespace attend::decoder {
namespace {

DescribedGroup group(std::vector<Label> labels, std::int32_t row) {
  DescribedGroup one;
  one.path = {row, row};
  one.word.labels = std::move(labels);
  one.word.first_row = row;
  one.word.end_row = row + 5;
  return one;
}

const std::vector<DescribedGroup> kTwo = {group({4, 5}, 10), group({6}, 20)};
const std::vector<ToyWord> kBoth = {{4, 5}, {6}};

std::vector<ToyWord> shown(ShownWords& words, const std::vector<DescribedGroup>& groups, std::size_t committed, std::size_t count,
                           const std::vector<Label>& said, bool waits) {
  return words_of(words.step(groups, committed, count, said, waits));
}

class Shown : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(shown(words_, kTwo, 0, 2, {4, 5, 6, 8}, true), kBoth); }
  ShownWords words_;
};

TEST_F(Shown, AWordThatIsAcceptedButNoLongerCompleteStays) {
  EXPECT_EQ(shown(words_, kTwo, 0, 1, {4, 5, 6, 7}, true), kBoth);
  EXPECT_EQ(shown(words_, {group({4, 5}, 10), group({6, 7}, 20)}, 0, 1, {4, 5, 6, 7}, false), kBoth);
}

TEST_F(Shown, AWordWhoseSoundSlidBackToTheEdgeStays) {
  EXPECT_EQ(shown(words_, {kTwo[0]}, 0, 1, {4, 5, 6}, true), kBoth);
  EXPECT_EQ(shown(words_, {}, 0, 0, {4}, true), kBoth);
  EXPECT_EQ(shown(words_, {kTwo[0]}, 0, 1, {4, 5, 6}, true), kBoth) << "and once more";
}

TEST_F(Shown, WhatIsContradictedGoes) {
  EXPECT_EQ(shown(words_, {kTwo[0]}, 0, 1, {4, 5, 8}, true), (std::vector<ToyWord>{{4, 5}}));
  EXPECT_EQ(shown(words_, kTwo, 0, 2, {4, 5, 6, 8}, true), kBoth);
  EXPECT_EQ(shown(words_, {kTwo[0]}, 0, 1, {4, 5}, false), (std::vector<ToyWord>{{4, 5}})) << "the text ends before it";
}

TEST_F(Shown, CommittedWordsAreNotShownAgain) {
  EXPECT_EQ(shown(words_, {kTwo[0]}, 1, 1, {4, 5, 6}, true), (std::vector<ToyWord>{{6}}));
  EXPECT_EQ(shown(words_, {}, 0, 0, {6}, true), (std::vector<ToyWord>{{6}}));
  EXPECT_EQ(shown(words_, {kTwo[1]}, 1, 1, {6}, true), (std::vector<ToyWord>{}));
}

TEST_F(Shown, WordsThatStayLieBehindThoseThatMoved) {
  const std::vector<Word> words = words_.step(std::vector{group({4, 5}, 17)}, 0, 1, std::vector<Label>{4, 5, 6}, true);
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(words[1].first_row, 22);
  EXPECT_EQ(words[1].end_row, 25);
}

}  // namespace
}  // namespace attend::decoder
