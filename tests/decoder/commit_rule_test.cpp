#include "decoder/commit_rule.hpp"

#include <gtest/gtest.h>

#include "tree_scorer.hpp"

namespace attend::decoder {
namespace {

/// A path of labels with peaks; `steps` says for how many steps each has been there.
struct Path {
  HypothesisTree tree{Hypothesis{.label = 1}};
  std::vector<HypothesisId> ids;

  void add(Label label, std::int32_t peak, std::int32_t steps) {
    ids.push_back(tree.add(ids.empty() ? HypothesisTree::root : ids.back(), label));
    tree[ids.back()].peak = peak;
    tree[ids.back()].steps = steps;
  }
  std::vector<LabelGroup> groups(Label next, bool after_committed) const {
    return group_labels(tree, ids, {.leaf = ids.back(), .stop = Stop::edge, .next = next}, toy_labels(), after_committed);
  }
};

TEST(LabelGroups, WordsAndTails) {
  Path path;
  path.add(5, 12, 3);  // does not begin a word
  path.add(4, 20, 2);
  path.add(7, 18, 2);
  path.add(6, 30, 1);
  const auto after = path.groups(8, true);
  ASSERT_EQ(after.size(), 3U);
  EXPECT_TRUE(after[0].tail);
  EXPECT_EQ(after[1].begin, 1U);
  EXPECT_EQ(after[1].end, 3U);
  EXPECT_FALSE(after[1].tail);
  EXPECT_EQ(after[1].furthest, 20);
  EXPECT_TRUE(after[1].agreed);
  EXPECT_FALSE(after[2].agreed);
  const auto first = path.groups(8, false);
  EXPECT_FALSE(first[0].tail) << "nothing was committed that it could continue";
  EXPECT_EQ(first[0].end, 1U);
}

TEST(LabelGroups, TheLastWordIsCompleteIfWhatFollowsSaysSo) {
  Path path;
  path.add(4, 20, 2);
  path.add(6, 30, 2);
  for (const auto& [next, complete] : {std::pair<Label, bool>{8, true}, {2, true}, {9, false}, {-1, false}, {400, false}}) {
    const auto groups = path.groups(next, false);
    EXPECT_TRUE(groups[0].complete);
    EXPECT_EQ(groups[1].complete, complete) << next;
  }
}

TEST(LabelGroups, OneLabelThatIsNewMakesAllBehindItNew) {
  Path path;
  path.add(4, 20, 2);
  path.add(6, 30, 1);
  path.add(8, 40, 5);
  const auto groups = path.groups(2, false);
  EXPECT_TRUE(groups[0].agreed);
  EXPECT_FALSE(groups[1].agreed);
  EXPECT_FALSE(groups[2].agreed);
}

struct Case {
  LabelGroup group;
  std::size_t committed, shown;
};

TEST(CommitRule, OneGroup) {
  const SearchConfig config{.commit_guard = 4, .opening = 0, .patience = 30, .show_guard = 8, .show_sure = 0.7F};
  const StepRows rows{.total = 127, .horizon = 100, .opening = std::nullopt};
  const std::vector<Case> cases = {
      {{.complete = true, .agreed = true, .furthest = 95}, 1, 1},
      {{.complete = true, .agreed = true, .furthest = 96}, 0, 1},   // behind the horizon
      {{.complete = true, .agreed = false, .furthest = 95}, 0, 1},  // new, but far from the end
      {{.complete = true, .agreed = false, .furthest = 118}, 0, 1},
      {{.complete = true, .agreed = false, .furthest = 119}, 0, 0},  // new and near the end
      {{.complete = true, .agreed = false, .furthest = 95, .stability = 0.7F}, 0, 1},
      {{.complete = true, .agreed = false, .furthest = 95, .stability = 0.69F}, 0, 0},  // new and not sure
      {{.complete = true, .agreed = true, .furthest = 97, .stability = 0.1F}, 0, 1},    // not sure, but was there before
      {{.complete = true, .agreed = true, .furthest = 121}, 0, 1},                      // near the end, but was there before
      {{.complete = false, .agreed = true, .furthest = 95}, 0, 0},
      {{.complete = false, .agreed = false, .furthest = 66}, 0, 0},
      {{.complete = false, .agreed = false, .furthest = 65}, 1, 1},  // has waited too long
  };
  for (const Case& one : cases) {
    const std::vector<LabelGroup> groups = {one.group};
    const std::size_t committed = count_committed(groups, rows, config);
    EXPECT_EQ(committed, one.committed) << one.group.furthest;
    EXPECT_EQ(count_shown(groups, committed, rows, config), one.shown) << one.group.furthest;
  }
}

TEST(CommitRule, AnUnsureWordWaitsUntilItsSoundHasSettled) {
  const SearchConfig config{.commit_guard = 4, .commit_sure = 0.8F, .patience = 60};
  const StepRows rows{.total = 127, .horizon = 100, .settled = 80, .opening = std::nullopt};
  const auto committed = [&](std::int32_t furthest, float stability) {
    const std::vector<LabelGroup> groups = {{.complete = true, .agreed = true, .furthest = furthest, .stability = stability}};
    return count_committed(groups, rows, config);
  };
  EXPECT_EQ(committed(95, 0.8F), 1U);
  EXPECT_EQ(committed(95, 0.79F), 0U);
  EXPECT_EQ(committed(76, 0.79F), 0U);
  EXPECT_EQ(committed(75, 0.79F), 1U);
  EXPECT_EQ(committed(75, 0), 1U);
}

TEST(CommitRule, NothingBehindAWordThatWaits) {
  const std::vector<LabelGroup> groups = {{.complete = true, .agreed = true, .furthest = 50},
                                          {.complete = true, .agreed = false, .furthest = 80},
                                          {.complete = true, .agreed = true, .furthest = 85}};
  const StepRows rows{.total = 127, .horizon = 100, .opening = std::nullopt};
  EXPECT_EQ(count_committed(groups, rows, SearchConfig{}), 1U);
  EXPECT_EQ(count_shown(groups, 1, rows, SearchConfig{}), 3U);
}

TEST(CommitRule, TheOpeningWaits) {
  const std::vector<LabelGroup> groups = {{.complete = true, .agreed = true, .furthest = 30}};
  const SearchConfig config{.opening = 42};
  StepRows rows{.total = 100, .horizon = 66, .opening = 25};
  EXPECT_EQ(count_committed(groups, rows, config), 0U);
  rows.horizon = 67;
  EXPECT_EQ(count_committed(groups, rows, config), 1U);
}

}  // namespace
}  // namespace attend::decoder
