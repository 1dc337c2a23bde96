#include "decoder/confidence.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace attend::decoder {
namespace {

TEST(Confidence, TheGeometricMeanOfProbabilities) {
  EXPECT_NEAR(mean_probability(std::log(0.5) + std::log(0.5), 2), 0.5F, 1e-6F);
  EXPECT_NEAR(mean_probability(std::log(0.9) + std::log(0.4), 2), 0.6F, 1e-6F);
  EXPECT_EQ(mean_probability(std::numeric_limits<double>::quiet_NaN(), 1), 0);
  EXPECT_EQ(mean_probability(std::numeric_limits<double>::infinity(), 1), 1);
}

TEST(Confidence, HalfAgainTheOdds) {
  EXPECT_EQ(confidence(0), 0);
  EXPECT_EQ(confidence(1), 1);
  EXPECT_NEAR(confidence(0.5F), 0.6F, 1e-6F);
  EXPECT_NEAR(confidence(0.8F), 6.0F / 7.0F, 1e-6F);
}

TEST(Stability, GrowsWithWhatSpeaksForTheWord) {
  LabelGroup group{.agreed = true, .furthest = 50, .support = 1};
  const float sure = stability(0.9F, group, 90);
  EXPECT_NEAR(sure, 120 * 9.0F / (120 * 9.0F + 1), 1e-3F) << "0.9 of 40 / 48 is 0.75: odds of 3";
  EXPECT_LT(stability(0.8F, group, 90), sure);
  EXPECT_LT(stability(0.9F, group, 60), sure) << "nearer to the last row";
  EXPECT_EQ(stability(0.9F, group, 50), 0) << "at the last row";
  EXPECT_EQ(stability(0.9F, group, 40), 0);
  group.agreed = false;
  EXPECT_LT(stability(0.9F, group, 90), sure);
  group.agreed = true;
  group.support = 0.5F;
  EXPECT_LT(stability(0.9F, group, 90), sure);
}

TEST(Stability, NoWordIsSteadierThanTheOneBeforeIt) {
  HypothesisTree tree(Hypothesis{.label = 1});
  std::vector<HypothesisId> path;
  for (const float prob : {0.1F, 0.9F, 0.5F, 0.5F, 0.99F}) {
    path.push_back(tree.add(path.empty() ? HypothesisTree::root : path.back(), 4));
    tree[path.back()].log_prob = std::log(prob);
  }
  std::vector<LabelGroup> groups = {{.begin = 0, .end = 1, .tail = true, .agreed = true, .furthest = 10},
                                    {.begin = 1, .end = 2, .agreed = true, .furthest = 20},
                                    {.begin = 2, .end = 4, .agreed = true, .furthest = 30},
                                    {.begin = 4, .end = 5, .agreed = true, .furthest = 40}};
  rate_stability(tree, path, 90, groups);
  EXPECT_EQ(groups[0].stability, 1) << "a tail belongs to a committed word";
  EXPECT_EQ(groups[1].stability, stability(0.9F, groups[1], 90));
  EXPECT_NEAR(groups[2].stability, stability(0.5F, groups[2], 90), 1e-6F) << "the mean of its labels";
  EXPECT_EQ(groups[3].stability, groups[2].stability);
}

}  // namespace
}  // namespace attend::decoder
