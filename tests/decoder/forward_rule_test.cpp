#include "decoder/forward_rule.hpp"

#include <gtest/gtest.h>

#include "tree_scorer.hpp"

namespace attend::decoder {
namespace {

const std::vector<bool> kBegins = toy_labels().begins_word;

/// Accepts labels until one is refused; returns how many are taken back then.
std::int32_t accept_all(ForwardRule& rule, const std::vector<HeardLabel>& labels) {
  for (const HeardLabel& heard : labels) {
    if (const auto taken_back = rule.accept(heard); taken_back > 0) return taken_back;
  }
  return 0;
}

TEST(ForwardRule, BackIsFarBeforeTheFurthestPeak) {
  SearchConfig config;
  config.jump_back = 20;
  const std::vector<HeardLabel> committed = {{4, 10}, {6, 50}, {8, 45}};
  const ForwardRule rule(config, kBegins, committed);
  EXPECT_EQ(rule.furthest(), 45) << "the second-largest peak";
  EXPECT_FALSE(rule.too_far_back(25));
  EXPECT_TRUE(rule.too_far_back(24));
}

TEST(ForwardRule, OneLabelThatListensAstrayMovesNothing) {
  ForwardRule rule(SearchConfig{}, kBegins, {});
  EXPECT_EQ(accept_all(rule, {{4, 300}, {6, 20}, {8, 30}, {10, 40}}), 0);
  EXPECT_EQ(rule.furthest(), 40);
  EXPECT_FALSE(rule.too_far_back(50));
  rule.accept({12, 300});
  EXPECT_TRUE(rule.too_far_back(50));
}

TEST(ForwardRule, APhraseHeardAgainMayBeSaidAgain) {
  ForwardRule rule(SearchConfig{}, kBegins, {});
  EXPECT_EQ(accept_all(rule, {{4, 10}, {6, 15}, {4, 20}, {6, 25}, {6, 28}, {6, 31}}), 0);
}

TEST(ForwardRule, APhraseNotHeardAgainIsTakenBack) {
  for (std::int32_t peak : {12, 15, 17}) {
    ForwardRule rule(SearchConfig{}, kBegins, {});
    EXPECT_EQ(accept_all(rule, {{8, 5}, {4, 10}, {6, 15}, {4, 12}, {6, peak}}), 2) << peak;
    EXPECT_EQ(rule.stop(), Stop::repeat);
  }
}

TEST(ForwardRule, ACopyMayRepeatCommittedLabels) {
  const std::vector<HeardLabel> committed = {{4, 10}, {6, 15}};
  ForwardRule rule(SearchConfig{}, kBegins, committed);
  EXPECT_EQ(accept_all(rule, {{4, 11}, {6, 16}}), 2);
  ForwardRule forward(SearchConfig{}, kBegins, committed);
  EXPECT_EQ(accept_all(forward, {{4, 20}, {6, 24}}), 0);
}

TEST(ForwardRule, CommittedLabelsAreNeverTakenBack) {
  // The copy 6 7 would begin with the committed 6.
  const std::vector<HeardLabel> committed = {{6, 10}, {7, 12}, {6, 12}};
  ForwardRule rule(SearchConfig{}, kBegins, committed);
  EXPECT_EQ(accept_all(rule, {{7, 12}}), 0);
}

TEST(ForwardRule, LabelsWithinAWordMayRepeat) {
  // As the digits of a number, which are spoken as one word: 7 does not begin a word.
  ForwardRule rule(SearchConfig{}, kBegins, {});
  EXPECT_EQ(accept_all(rule, {{4, 10}, {7, 10}, {7, 10}, {7, 10}, {7, 10}, {7, 10}}), 0);
}

TEST(ForwardRule, PhrasesBeyondTheLongestAreNotCompared) {
  SearchConfig config;
  config.repeat_longest = 2;
  ForwardRule rule(config, kBegins, {});
  EXPECT_EQ(accept_all(rule, {{4, 10}, {6, 10}, {8, 10}, {4, 10}, {6, 10}, {8, 10}}), 0);
}

TEST(ForwardRule, ManyLabelsThatDoNotMoveOnAreTakenBack) {
  SearchConfig config;
  config.stall = 4;
  ForwardRule rule(config, kBegins, {});
  EXPECT_EQ(accept_all(rule, {{4, 10}, {6, 20}, {8, 20}, {10, 19}, {12, 20}, {14, 18}, {16, 20}}), 4);
  EXPECT_EQ(rule.stop(), Stop::stall);
  ForwardRule moving(config, kBegins, {});
  EXPECT_EQ(accept_all(moving, {{4, 10}, {6, 20}, {8, 20}, {10, 19}, {12, 20}, {14, 21}, {16, 21}, {18, 20}, {20, 21}, {22, 20}}),
            0);
}

TEST(ForwardRule, ANewStepCountsAnew) {
  SearchConfig config;
  config.stall = 3;
  const std::vector<HeardLabel> committed = {{4, 20}, {6, 20}, {8, 20}};
  ForwardRule rule(config, kBegins, committed);
  EXPECT_EQ(accept_all(rule, {{10, 20}, {12, 20}}), 0);
  EXPECT_EQ(rule.accept({14, 20}), 3);
}

}  // namespace
}  // namespace attend::decoder
