// An AttentionScorer for tests: keeps the tree, refuses what the contract forbids, counts the work, and leaves the answers to
// others.
#pragma once

#include <cmath>
#include <map>
#include <set>
#include <span>
#include <stdexcept>
#include <vector>

#include "decoder/attention_scorer.hpp"
#include "decoder/search_config.hpp"

namespace attend::decoder {

/// What a scorer says at a place.
struct Answer {
  std::vector<float> log_probs;
  std::vector<float> attention;
};

/// Labels of the tests: 1 begins a text, 2 ends it; of the others the even ones begin a word.
inline LabelTable toy_labels(std::int32_t size = 40) {
  LabelTable table{.size = size};
  for (Label label = 0; label < size; ++label) table.begins_word.push_back(label > 2 && label % 2 == 0);
  return table;
}

/// Log-probabilities in which `best` has probability `prob` and the others share the rest.
inline std::vector<float> favour(Label best, float prob, std::int32_t size) {
  std::vector<float> log_probs(static_cast<std::size_t>(size), std::log((1 - prob) / static_cast<float>(size - 1)));
  log_probs[static_cast<std::size_t>(best)] = std::log(prob);
  return log_probs;
}

/// Attention with its peak at `row`.
inline std::vector<float> attend_to(std::int32_t row, std::int32_t rows) {
  std::vector<float> attention(static_cast<std::size_t>(rows), 0.2F / static_cast<float>(rows));
  for (std::int32_t r = std::max(row - 1, 0); r <= std::min(row + 1, rows - 1); ++r)
    attention[static_cast<std::size_t>(r)] += 0.15F;
  attention[static_cast<std::size_t>(row)] += 0.35F;
  return attention;
}

class TreeScorer : public AttentionScorer {
 public:
  void hear(std::int32_t rows, std::int32_t horizon) {
    rows_ = rows;
    horizon_ = horizon;
    calls_in_step = 0;
  }

  std::size_t rows() const override { return static_cast<std::size_t>(rows_); }
  std::size_t horizon() const override { return static_cast<std::size_t>(horizon_); }
  std::size_t settled_rows() const override { return horizon(); }
  NodeId next_node() const override { return next_; }

  void score(std::span<const NodeRequest> requests) override {
    ++calls_in_step;
    largest_batch = std::max(largest_batch, requests.size());
    last_requests.assign(requests.begin(), requests.end());
    answers_.clear();
    for (const NodeRequest& request : requests) {
      if (request.parent != no_node && !paths_.contains(request.parent)) throw std::logic_error("the parent is not in the tree");
      std::vector<Label> path = request.parent == no_node ? std::vector<Label>() : paths_.at(request.parent);
      path.push_back(request.label);
      if (path.front() != 1) throw std::logic_error("a text does not begin with the label that begins texts");
      parents_[next_] = request.parent;
      if (request.scores) answers_[next_] = answer(std::span(path).subspan(1));
      paths_[next_++] = std::move(path);
    }
  }

  NodeView view(NodeId node) const override {
    const Answer& at = answers_.at(node);
    return {at.log_probs, at.attention};
  }

  void keep(NodeId leaf) override {
    std::set<NodeId> kept;
    for (NodeId node = leaf; node != no_node; node = parents_.at(node)) kept.insert(node);
    std::erase_if(paths_, [&](const auto& entry) { return !kept.contains(entry.first); });
    answers_.clear();
    kept_nodes = kept.size();
  }

  std::size_t calls_in_step = 0;
  std::size_t largest_batch = 0;
  std::size_t kept_nodes = 0;
  std::vector<NodeRequest> last_requests;

 protected:
  /// What follows `labels`, given the rows heard.
  virtual Answer answer(std::span<const Label> labels) = 0;

  std::int32_t rows_ = 0;
  std::int32_t horizon_ = 0;

 private:
  NodeId next_ = 0;
  std::map<NodeId, std::vector<Label>> paths_;
  std::map<NodeId, NodeId> parents_;
  std::map<NodeId, Answer> answers_;
};

}  // namespace attend::decoder
