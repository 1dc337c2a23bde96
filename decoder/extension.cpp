#include "decoder/extension.hpp"

#include <algorithm>
#include <vector>

#include "decoder/beam.hpp"
#include "decoder/place_scorer.hpp"

namespace attend::decoder {

namespace {

// What a hypothesis stopped before in the last step is mostly what follows now: scored with the tree, it needs no batch of its own
// if it is accepted. A wrong guess is a place that nothing leads to, and goes with the step.
void guess(HypothesisTree& tree, LabelChooser& chooser, Label end) {
  std::vector<bool> inner(tree.size(), false);
  for (std::size_t i = 1; i < tree.size(); ++i) inner[static_cast<std::size_t>(tree[static_cast<HypothesisId>(i)].parent)] = true;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    const auto leaf = static_cast<HypothesisId>(i);
    const std::vector<Choice>& best = tree[leaf].outlook.best;
    if (inner[i] || best.empty() || best.front().label == end) continue;
    const Label next = best.front().label;
    const HypothesisId guessed = tree.add(leaf, next);
    tree[guessed].opinions = chooser.after(tree[leaf].opinions, next);
  }
}

// The root of the tree is the last committed label, or `begin`: its outlook is always wanted.
void verify(PlaceScorer& places, CommittedLabels& committed, HypothesisTree& tree, Label begin) {
  NodeId parent = no_node;
  if (committed.size() == 0) {
    places.add_root(parent);
  } else {
    parent = committed.frozen > 0 ? committed.labels[committed.frozen - 1].place : places.add(parent, begin);
    for (std::size_t i = committed.frozen; i + 1 < committed.size(); ++i) {
      parent = places.add(parent, committed.labels[i].heard.label);
      committed.labels[i].place = parent;
    }
    committed.labels.back().place = places.add_root(parent);
  }
  for (std::size_t i = 1; i < tree.size(); ++i) places.add(static_cast<HypothesisId>(i));
  places.score();
}

// The beam's, and some more for who wants to see what was considered.
std::size_t choices_wanted(const SearchConfig& config) {
  constexpr std::int32_t shown = 5;
  return static_cast<std::size_t>(std::max({config.beam, config.keep_attention ? shown : 1, 1}));
}

}  // namespace

std::vector<Extended> extend(AttentionScorer& scorer, CommittedLabels& committed, HypothesisTree& tree, LabelChooser& chooser,
                             const LabelTable& table, const SearchConfig& config, bool at_end) {
  PlaceScorer places(scorer, tree, chooser, choices_wanted(config));
  guess(tree, chooser, table.end);
  verify(places, committed, tree, table.begin);
  std::vector<HeardLabel> heard;
  heard.reserve(committed.size());
  for (const CommittedLabel& label : committed.labels) heard.push_back(label.heard);
  const BeamRows rows{static_cast<std::int32_t>(scorer.rows()), at_end};
  return Beam(places, tree, chooser, table, config, heard, rows).grow();
}

}  // namespace attend::decoder
