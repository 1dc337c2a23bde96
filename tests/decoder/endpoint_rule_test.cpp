#include "decoder/endpoint_rule.hpp"

#include <gtest/gtest.h>

#include <random>

namespace attend::decoder {
namespace {

SearchConfig config() {
  SearchConfig config;
  config.edge_guard = 5;
  config.commit_guard = 4;
  config.silence = 30;
  config.longest = 400;
  config.widest_gap = 20;
  config.nothing_said = 80;
  config.lead = 12;
  return config;
}

/// Everything committed, the last word ending at `end`.
StepOutcome spoken_until(std::int32_t end, std::int32_t total, Stop stop = Stop::end) {
  return {.total = total,
          .horizon = total - 20,
          .stop = stop,
          .committed_any = true,
          .committed_end = end,
          .committed_row = end - 4,
          .words_end = end,
          .rest = {}};
}

TEST(EndpointRule, NothingSaid) {
  StepOutcome step{.total = 79, .horizon = 59, .empty_steps = 2, .rest = {}};
  EXPECT_FALSE(find_cut(step, config()));
  step.total = 80;
  step.empty_steps = 1;
  EXPECT_FALSE(find_cut(step, config())) << "something was accepted a step before";
  step.empty_steps = 2;
  step.stop = Stop::edge;
  EXPECT_FALSE(find_cut(step, config())) << "something may be beginning";
  step.stop = Stop::end;
  const auto cut = find_cut(step, config());
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->reason, EndReason::nothing_said);
  EXPECT_EQ(cut->row, 80 - 5 - 12);
  step.stop = Stop::edge;
  step.total = 160;
  EXPECT_TRUE(find_cut(step, config()));
}

TEST(EndpointRule, SilenceBehindTheLastWord) {
  EXPECT_FALSE(find_cut(spoken_until(50, 79), config()));
  const auto cut = find_cut(spoken_until(50, 80), config());
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->reason, EndReason::silence);
  EXPECT_EQ(cut->row, 80 - 5 - 12);
}

TEST(EndpointRule, LongerSilenceWhereTheSentenceHasNotEnded) {
  EXPECT_FALSE(find_cut(spoken_until(50, 94, Stop::edge), config()));
  ASSERT_TRUE(find_cut(spoken_until(50, 95, Stop::edge), config()));
}

TEST(EndpointRule, WhatTheSearchDidNotGetOverIsHeardAgain) {
  for (const Stop stop : {Stop::back, Stop::repeat, Stop::stall, Stop::full}) {
    const auto cut = find_cut(spoken_until(50, 95, stop), config());
    ASSERT_TRUE(cut);
    EXPECT_EQ(cut->row, 50);
  }
}

TEST(EndpointRule, SilenceWaitsForTentativeWordsToAgreeAndSettle) {
  const std::vector<PathSpan> rest = {{40, 46}};
  StepOutcome step = spoken_until(50, 90);
  step.committed_end = 30;
  step.rest = rest;
  step.rest_peak = 46;
  EXPECT_TRUE(find_cut(step, config()));
  step.rest_agreed = false;
  EXPECT_FALSE(find_cut(step, config()));
  step.rest_agreed = true;
  step.opening_over = false;
  EXPECT_FALSE(find_cut(step, config()));
  step.opening_over = true;
  step.rest_peak = step.horizon - 4;
  EXPECT_FALSE(find_cut(step, config()));
}

TEST(EndpointRule, TheLongerTheSegmentTheNarrowerTheGap) {
  // Soft limit 300, hard limit 400: at 350 half of the widest gap will do.
  const auto at = [](std::int32_t total, std::int32_t gap) {
    const std::vector<PathSpan> rest = {{250 + gap, 260 + gap}};
    StepOutcome step{.total = total,
                     .horizon = total - 20,
                     .committed_any = true,
                     .committed_end = 250,
                     .committed_row = 246,
                     .words_end = total,
                     .rest = rest};
    step.rest_agreed = false;
    return find_cut(step, config());
  };
  EXPECT_FALSE(at(299, 40));
  EXPECT_TRUE(at(300, 20));
  EXPECT_FALSE(at(300, 19));
  EXPECT_TRUE(at(350, 10));
  EXPECT_FALSE(at(350, 9));
  ASSERT_TRUE(at(400, 1));
  EXPECT_EQ(at(400, 1)->row, 250);
  EXPECT_EQ(at(400, 40)->row, 250 + 40 - 12) << "the next word gets its lead";
  EXPECT_EQ(at(400, -3)->row, 250);
  EXPECT_EQ(at(350, 10)->row, 253) << "the middle between the labels";
  EXPECT_EQ(at(350, 10)->reason, EndReason::longest);
}

TEST(EndpointRule, ALimitIsALimit) {
  // Nothing could be committed: the widest gap between tentative words of the second half.
  const std::vector<PathSpan> rest = {{10, 20}, {150, 160}, {210, 215}, {240, 260}, {275, 280}, {395, 396}};
  StepOutcome step{.total = 400, .horizon = 380, .rest = rest};
  step.rest_agreed = false;
  const auto cut = find_cut(step, config());
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->row, 210) << "gap 50; the wider ones lie in the first half or in the preview";
}

TEST(EndpointRule, EverySegmentMovesOn) {
  std::mt19937 random(1);
  const auto pick = [&](std::int32_t low, std::int32_t high) {
    return std::uniform_int_distribution<std::int32_t>(low, high)(random);
  };
  for (int trial = 0; trial < 20000; ++trial) {
    StepOutcome step{.total = pick(1, 500), .rest = {}};
    step.horizon = pick(0, step.total);
    step.stop = static_cast<Stop>(pick(0, 5));
    step.committed_any = pick(0, 1) == 1;
    if (step.committed_any) step.committed_end = step.words_end = pick(1, step.total);
    std::vector<PathSpan> rest;
    for (std::int32_t row = step.committed_end; pick(0, 3) > 0 && row < step.total;) {
      const std::int32_t first = pick(row, step.total - 1), last = pick(first, step.total - 1);
      rest.push_back({first, last});
      row = last;
      step.words_end = std::max(step.words_end, std::min(last + 4, step.total));
    }
    step.rest = rest;
    step.empty_steps = rest.empty() ? pick(1, 3) : 0;
    step.rest_agreed = pick(0, 1) == 1;
    step.rest_peak = rest.empty() ? 0 : rest.back().last;
    const auto cut = find_cut(step, config());
    ASSERT_TRUE(cut || step.total < config().longest);
    if (!cut) continue;
    EXPECT_GT(cut->row, 0);
    EXPECT_LE(cut->row, step.total);
    EXPECT_GE(cut->row, step.committed_end) << "no cut takes back a committed word";
    EXPECT_TRUE(cut->reason != EndReason::longest || cut->row >= config().longest / 2);
  }
}

}  // namespace
}  // namespace attend::decoder
