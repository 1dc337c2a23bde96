#include "decoder/extension.hpp"

#include <cmath>

namespace attend::decoder {

namespace {

// The root of the tree is the last committed label, or `begin`: it is always scored, because its view is needed.
void verify(AttentionScorer& scorer, CommittedLabels& committed, HypothesisTree& tree, Label begin) {
  std::vector<NodeRequest> requests;
  NodeId next = scorer.next_node();
  NodeId parent = no_node;
  const auto request = [&](Label label, bool scores) {
    requests.push_back({parent, label, scores});
    parent = next++;
    return parent;
  };
  const std::size_t known = committed.size();
  if (committed.frozen > 0) {
    parent = committed.labels[committed.frozen - 1].place;
  } else {
    const NodeId first = request(begin, known == 0);
    if (known == 0) tree[HypothesisTree::root].place = first;
  }
  for (std::size_t i = committed.frozen; i < known; ++i) {
    committed.labels[i].place = request(committed.labels[i].heard.label, i + 1 == known);
  }
  if (known > 0) tree[HypothesisTree::root].place = committed.labels.back().place;
  for (std::size_t i = 1; i < tree.size(); ++i) {
    Hypothesis& node = tree[static_cast<HypothesisId>(i)];
    parent = tree[node.parent].place;
    node.place = request(node.label, true);
  }
  scorer.score(requests);
}

// One step's walk from the root to where the best hypothesis ends.
class Walk {
 public:
  Walk(AttentionScorer& scorer, HypothesisTree& tree, LabelChooser& chooser, const LabelTable& table, const SearchConfig& config,
       std::span<const HeardLabel> committed, bool at_end)
      : scorer_(scorer),
        tree_(tree),
        chooser_(chooser),
        end_(table.end),
        forward_(config, table.begins_word, committed),
        rows_(static_cast<std::int32_t>(scorer.rows())),
        last_row_(at_end ? rows_ : rows_ - config.edge_guard),
        labels_left_(label_bound(config, rows_) - static_cast<std::int64_t>(committed.size())) {}

  Extended run() {
    while (grow()) {
    }
    return found_;
  }

 private:
  static std::int64_t label_bound(const SearchConfig& config, std::int32_t rows) {
    return static_cast<std::int64_t>(std::floor(static_cast<double>(config.labels_per_row) * rows)) + 8;
  }

  bool stop(Stop why) {
    found_.stop = why;
    return false;
  }

  bool grow() {
    const NodeView view = scorer_.view(tree_[found_.leaf].place);
    const Choice best = chooser_.choose(view.log_probs, tree_[found_.leaf].opinions);
    const std::int32_t peak = peak_row(view.attention);
    found_.next = best.label;
    if (labels_left_ <= 0) return stop(Stop::full);
    if (best.label == end_) return stop(Stop::end);
    if (peak >= last_row_) return stop(Stop::edge);
    if (forward_.too_far_back(peak)) return stop(Stop::back);
    accept(best, peak, view.attention);
    if (const std::int32_t taken_back = forward_.accept({best.label, peak}); taken_back > 0) {
      take_back(taken_back);
      return stop(forward_.stop());
    }
    return true;
  }

  void accept(const Choice& best, std::int32_t peak, std::span<const float> attention) {
    const HypothesisId before = found_.leaf;
    HypothesisId id = tree_.child(before, best.label);
    const bool is_new = id == no_hypothesis;
    if (is_new) {
      id = tree_.add(before, best.label);
      tree_[id].opinions = chooser_.after(tree_[before].opinions, best.label);
    }
    Hypothesis& node = tree_[id];
    node.peak = peak;
    node.log_prob = best.log_prob;
    node.attention.assign(attention.begin(), attention.end());  // copied before `score` ends the view
    if (is_new) score(node, tree_[before].place);
    found_.leaf = id;
    --labels_left_;
  }

  void score(Hypothesis& node, NodeId parent) {
    node.place = scorer_.next_node();
    const NodeRequest request{parent, node.label, true};
    scorer_.score({&request, 1});
  }

  void take_back(std::int32_t count) {
    for (; count > 0; --count) {
      found_.next = tree_[found_.leaf].label;
      found_.leaf = tree_[found_.leaf].parent;
    }
  }

  AttentionScorer& scorer_;
  HypothesisTree& tree_;
  LabelChooser& chooser_;
  Label end_;
  ForwardRule forward_;
  std::int32_t rows_;
  std::int32_t last_row_;  // a label heard there or later waits for more rows; all rows count at the end
  std::int64_t labels_left_;
  Extended found_;
};

}  // namespace

Extended extend(AttentionScorer& scorer, CommittedLabels& committed, HypothesisTree& tree, LabelChooser& chooser,
                const LabelTable& table, const SearchConfig& config, bool at_end) {
  verify(scorer, committed, tree, table.begin);
  std::vector<HeardLabel> heard;
  heard.reserve(committed.size());
  for (const CommittedLabel& label : committed.labels) heard.push_back(label.heard);
  return Walk(scorer, tree, chooser, table, config, heard, at_end).run();
}

}  // namespace attend::decoder
