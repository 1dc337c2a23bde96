// The committed labels of docs/search.md written down as plainly as possible: one label scored at a time, nothing kept between
// steps but lists. An oracle for what is committed in which step.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "decoder/label_chooser.hpp"
#include "tree_scorer.hpp"

namespace attend::decoder {

class NaiveSearch {
 public:
  NaiveSearch(LabelTable table, SearchConfig config) : table_(std::move(table)), config_(config) {}

  /// Labels committed by this step.
  std::vector<Label> step(TreeScorer& scorer, bool at_end) {
    const auto total = static_cast<int>(scorer.rows()), horizon = static_cast<int>(scorer.horizon());
    std::vector<Label> all = committed_;
    std::vector<int> peaks = peaks_;
    const std::size_t base = all.size();
    Label next = grow(scorer, at_end, total, all, peaks);
    std::size_t take = at_end ? all.size() : base;
    for (std::size_t end = base + 1; !at_end && end <= all.size(); ++end) {
      const Label follower = end < all.size() ? all[end] : next;
      if (end < all.size() && !begins(follower)) continue;  // not a border
      const int furthest = *std::max_element(peaks.begin() + static_cast<long>(base), peaks.begin() + static_cast<long>(end));
      const bool agreed = last_.size() >= end && std::equal(all.begin(), all.begin() + static_cast<long>(end), last_.begin());
      const bool complete = follower == table_.end || begins(follower);
      const int safe = horizon - config_.commit_guard;
      const bool late = config_.patience > 0 && furthest < safe - config_.patience;
      if (!late && !(complete && agreed && furthest < safe)) break;
      if (base == 0 && horizon < peaks[0] + config_.opening) break;
      take = end;
    }
    last_ = all;
    committed_.assign(all.begin(), all.begin() + static_cast<long>(take));
    peaks_.assign(peaks.begin(), peaks.begin() + static_cast<long>(take));
    return {committed_.begin() + static_cast<long>(base), committed_.end()};
  }

 private:
  bool begins(Label label) const {
    return label >= 0 && label < table_.size && table_.begins_word[static_cast<std::size_t>(label)];
  }

  // Lets `all` grow; returns the label that was not accepted.
  Label grow(TreeScorer& scorer, bool at_end, int total, std::vector<Label>& all, std::vector<int>& peaks) {
    const std::size_t base = all.size();
    while (true) {
      const auto [best, where] = ask(scorer, all);
      const int furthest = second_largest(peaks, peaks.size());
      const auto bound = static_cast<std::size_t>(std::floor(static_cast<double>(config_.labels_per_row) * total)) + 8;
      if (all.size() >= bound || best == table_.end || (!at_end && where >= total - config_.edge_guard) ||
          where < furthest - config_.jump_back) {
        return best;
      }
      all.push_back(best);
      peaks.push_back(where);
      const std::size_t stale = stale_copy(all, peaks, base);
      if (const std::size_t back = stale > 0 ? stale : stalled(peaks, base); back > 0) {
        const Label first = all[all.size() - back];
        all.resize(all.size() - back);
        peaks.resize(peaks.size() - back);
        return first;
      }
    }
  }

  static std::pair<Label, int> ask(TreeScorer& scorer, const std::vector<Label>& labels) {
    NodeId node = scorer.next_node();
    NodeRequest request{no_node, 1, labels.empty()};
    scorer.score({&request, 1});
    for (std::size_t i = 0; i < labels.size(); ++i) {
      request = {node, labels[i], i + 1 == labels.size()};
      node = scorer.next_node();
      scorer.score({&request, 1});
    }
    const NodeView view = scorer.view(node);
    const auto best = std::max_element(view.log_probs.begin(), view.log_probs.end()) - view.log_probs.begin();
    const auto where = std::max_element(view.attention.begin(), view.attention.end()) - view.attention.begin();
    return {static_cast<Label>(best), static_cast<int>(where)};
  }

  static int second_largest(std::vector<int> peaks, std::size_t count) {
    if (count < 2) return 0;
    std::nth_element(peaks.begin(), peaks.begin() + 1, peaks.begin() + static_cast<long>(count), std::greater<>());
    return peaks[1];
  }

  std::size_t stale_copy(const std::vector<Label>& all, const std::vector<int>& peaks, std::size_t base) const {
    const std::size_t size = all.size();
    for (std::size_t n = 1; n <= static_cast<std::size_t>(config_.repeat_longest) && n <= size - base && 2 * n <= size; ++n) {
      bool same = begins(all[size - n]);
      int copy = 0, original = 0;
      for (std::size_t i = size - n; i < size; ++i) {
        same = same && all[i] == all[i - n];
        copy = std::max(copy, peaks[i]);
        original = std::max(original, peaks[i - n]);
      }
      if (same && copy < original + config_.repeat_advance) return n;
    }
    return 0;
  }

  std::size_t stalled(const std::vector<int>& peaks, std::size_t base) const {
    std::size_t idle = 0;
    for (std::size_t i = base; i < peaks.size(); ++i) {
      idle = second_largest(peaks, i + 1) > second_largest(peaks, i) ? 0 : idle + 1;
    }
    return idle >= static_cast<std::size_t>(config_.stall) ? idle : 0;
  }

  LabelTable table_;
  SearchConfig config_;
  std::vector<Label> committed_, last_;
  std::vector<int> peaks_;
};

}  // namespace attend::decoder
