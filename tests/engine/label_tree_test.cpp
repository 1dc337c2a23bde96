#include "engine/label_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace attend::engine {
namespace {

using testing::ElementsAre;

std::vector<std::int32_t> path_of(const LabelTree& tree, const LabelTree::Node& node) {
  std::vector<std::int32_t> slots;
  tree.path(node, slots);
  return slots;
}

TEST(LabelTree, NodesKnowTheirAncestors) {
  LabelTree tree;
  EXPECT_EQ(tree.next_id(), 0);
  const LabelTree::Node root = *tree.add(-1, true);
  const LabelTree::Node left = *tree.add(0, true);
  const LabelTree::Node right = *tree.add(0, true);
  const LabelTree::Node below = *tree.add(1, true);
  EXPECT_EQ(below.depth, 2);
  EXPECT_THAT(path_of(tree, below), ElementsAre(root.slot, left.slot, below.slot));
  EXPECT_THAT(path_of(tree, right), ElementsAre(root.slot, right.slot));
}

TEST(LabelTree, WhatCannotBeTakesAnIdAndNothingElse) {
  LabelTree tree;
  EXPECT_EQ(tree.add(5, true), nullptr);
  EXPECT_EQ(tree.add(-1, false), nullptr);
  EXPECT_EQ(tree.add(1, true), nullptr);  // below a node that does not exist
  EXPECT_EQ(tree.add(-7, true), nullptr);
  EXPECT_EQ(tree.next_id(), 4);
  EXPECT_EQ(tree.slots(), 0);
}

TEST(LabelTree, KeepingAnUnknownLeafChangesNothing) {
  LabelTree tree;
  tree.add(-1, true);
  tree.keep(9);
  EXPECT_NE(tree.add(0, true), nullptr);
}

// Against a map from id to (parent, slot), over random trees.
TEST(LabelTree, RandomTreesKeepTheirPathsAndReuseTheirSlots) {
  std::mt19937 random(1);
  LabelTree tree;
  std::map<std::int32_t, std::pair<std::int32_t, std::int32_t>> nodes;
  std::size_t most = 0;
  for (int round = 0; round < 300; ++round) {
    for (int i = 0; i < 20; ++i) {
      std::int32_t parent = -1;
      if (!nodes.empty() && random() % 8 != 0) parent = std::next(nodes.begin(), random() % nodes.size())->first;
      const std::int32_t id = tree.next_id();
      const LabelTree::Node node = *tree.add(parent, true);
      for (const auto& [other, value] : nodes) ASSERT_NE(value.second, node.slot) << "slot in use";
      nodes[id] = {parent, node.slot};
      std::vector<std::int32_t> expected;
      for (std::int32_t at = id; at != -1; at = nodes[at].first) expected.insert(expected.begin(), nodes[at].second);
      ASSERT_EQ(path_of(tree, node), expected);
      ASSERT_EQ(static_cast<std::size_t>(node.depth) + 1, expected.size());
    }
    most = std::max(most, nodes.size());
    const std::int32_t leaf = random() % 5 == 0 ? -1 : std::next(nodes.begin(), random() % nodes.size())->first;
    std::set<std::int32_t> kept;
    for (std::int32_t at = leaf; at != -1; at = nodes[at].first) kept.insert(at);
    std::erase_if(nodes, [&](const auto& node) { return !kept.contains(node.first); });
    tree.keep(leaf);
  }
  EXPECT_LE(static_cast<std::size_t>(tree.slots()), most);
}

}  // namespace
}  // namespace attend::engine
