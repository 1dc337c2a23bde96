#include "decoder/hypothesis_tree.hpp"

#include <gtest/gtest.h>

namespace attend::decoder {
namespace {

//        root 1
//       /      (two branches)
//      4        6
//     / |       |
//    5  7       5
struct Branches {
  HypothesisTree tree{Hypothesis{.label = 1}};
  HypothesisId a = tree.add(HypothesisTree::root, 4);
  HypothesisId b = tree.add(HypothesisTree::root, 6);
  HypothesisId a5 = tree.add(a, 5);
  HypothesisId a7 = tree.add(a, 7);
  HypothesisId b5 = tree.add(b, 5);
};

TEST(HypothesisTree, FindsChildren) {
  const Branches t;
  EXPECT_EQ(t.tree.child(HypothesisTree::root, 6), t.b);
  EXPECT_EQ(t.tree.child(t.a, 5), t.a5);
  EXPECT_EQ(t.tree.child(t.b, 5), t.b5);
  EXPECT_EQ(t.tree.child(t.b, 7), no_hypothesis);
  EXPECT_EQ(t.tree.path(t.a7), (std::vector<HypothesisId>{t.a, t.a7}));
  EXPECT_TRUE(t.tree.path(HypothesisTree::root).empty());
}

TEST(HypothesisTree, PruningToOnePath) {
  Branches t;
  t.tree[t.a7].peak = 99;
  t.tree.prune(HypothesisTree::root, std::vector<HypothesisId>{t.a7});
  ASSERT_EQ(t.tree.size(), 3U);
  const HypothesisId a = t.tree.child(HypothesisTree::root, 4);
  ASSERT_NE(a, no_hypothesis);
  EXPECT_EQ(t.tree[t.tree.child(a, 7)].peak, 99);
  EXPECT_EQ(t.tree.child(HypothesisTree::root, 6), no_hypothesis);
  EXPECT_EQ(t.tree.child(a, 5), no_hypothesis);
}

TEST(HypothesisTree, PruningToSeveralPathsKeepsABeam) {
  Branches t;
  t.tree.prune(HypothesisTree::root, std::vector<HypothesisId>{t.a5, t.b5});
  EXPECT_EQ(t.tree.size(), 5U);
  EXPECT_NE(t.tree.child(t.tree.child(HypothesisTree::root, 6), 5), no_hypothesis);
}

TEST(HypothesisTree, ACommittedLabelBecomesTheRoot) {
  Branches t;
  t.tree.prune(t.a, std::vector<HypothesisId>{t.a5, t.a7});
  ASSERT_EQ(t.tree.size(), 3U);
  EXPECT_EQ(t.tree[HypothesisTree::root].label, 4);
  EXPECT_EQ(t.tree[HypothesisTree::root].parent, no_hypothesis);
  EXPECT_NE(t.tree.child(HypothesisTree::root, 5), no_hypothesis);
  EXPECT_NE(t.tree.child(HypothesisTree::root, 7), no_hypothesis);
  t.tree.prune(t.tree.child(HypothesisTree::root, 7), std::vector<HypothesisId>{t.tree.child(HypothesisTree::root, 7)});
  EXPECT_EQ(t.tree.size(), 1U);
}

}  // namespace
}  // namespace attend::decoder
