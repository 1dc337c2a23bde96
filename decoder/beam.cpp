#include "decoder/beam.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace attend::decoder {

namespace {

constexpr double impossible = -std::numeric_limits<double>::infinity();

std::int64_t label_bound(const SearchConfig& config, std::int32_t rows) {
  return static_cast<std::int64_t>(std::floor(static_cast<double>(config.labels_per_row) * rows)) + 8;
}

double number(double score) {
  return std::isnan(score) ? impossible : score;
}

constexpr auto better = [](const auto& a, const auto& b) { return a.score > b.score; };

/// How far a label lies behind the first, by the sums or by attention alone, whichever is less: an opinion may lend the first what
/// it takes back later.
float behind_the_first(const Choice& choice, std::span<const Choice> best) {
  float leading = choice.log_prob;
  for (const Choice& other : best) leading = std::max(leading, other.log_prob);
  return std::min(best.front().score - choice.score, leading - choice.log_prob);
}

}  // namespace

Beam::Beam(PlaceScorer& places, HypothesisTree& tree, LabelChooser& chooser, const LabelTable& table, const SearchConfig& config,
           std::span<const HeardLabel> committed, BeamRows rows)
    : places_(places),
      tree_(tree),
      chooser_(chooser),
      config_(config),
      end_(table.end),
      width_(static_cast<std::size_t>(std::max(config.beam, 1))),
      last_row_(rows.at_end ? rows.total : rows.total - config.edge_guard),
      labels_left_(label_bound(config, rows.total) - static_cast<std::int64_t>(committed.size())) {
  living_.push_back({HypothesisTree::root, 0, ForwardRule(config, table.begins_word, committed)});
}

std::vector<Extended> Beam::grow() {
  for (; !living_.empty(); --labels_left_) deepen();
  const double least = ended_.front().score - static_cast<double>(config_.window);
  std::erase_if(ended_, [&](const Extended& hypothesis) { return hypothesis.score < least; });
  return std::move(ended_);
}

void Beam::deepen() {
  proposals_.clear();
  for (const Living& hypothesis : living_) {
    if (!stops(hypothesis)) propose(hypothesis);
  }
  select();
  grown_.clear();
  for (const Proposal& proposal : proposals_) accept(proposal);
  places_.score();
  std::swap(living_, grown_);
}

// What a place says is said of all labels that might follow: where they are heard does not depend on which it is.
bool Beam::stops(const Living& hypothesis) {
  const Outlook& outlook = tree_[hypothesis.leaf].outlook;
  const Choice& next = outlook.best.front();
  Extended ended{hypothesis.leaf, Stop::full, next.label, hypothesis.score};
  if (labels_left_ <= 0) {
    end(ended);
  } else if (outlook.peak >= last_row_) {
    ended.stop = next.label == end_ ? Stop::end : Stop::edge;
    end(ended);
  } else if (hypothesis.forward.too_far_back(outlook.peak)) {
    ended.stop = next.label == end_ ? Stop::end : Stop::back;
    end(ended);
  } else {
    return false;
  }
  return true;
}

// An end that does not lead would win too often: what ends early has fewer labels to pay for (Stahlberg and Byrne 2019).
void Beam::propose(const Living& hypothesis) {
  const std::vector<Choice>& best = tree_[hypothesis.leaf].outlook.best;
  for (const Choice& choice : std::span(best).first(std::min(best.size(), width_))) {
    if (choice.label == end_ && behind_the_first(choice, best) > config_.end_within) continue;
    const double bonus = choice.label == end_ ? 0 : config_.label_bonus;
    proposals_.push_back({&hypothesis, choice, number(hypothesis.score + static_cast<double>(choice.score) + bonus)});
  }
}

// The best of all that the hypotheses of this depth propose, ends included.
void Beam::select() {
  std::stable_sort(proposals_.begin(), proposals_.end(), better);
  if (proposals_.size() > width_) proposals_.resize(width_);
  if (proposals_.empty()) return;
  double least =
      std::max(proposals_.front().score, ended_.empty() ? impossible : ended_.front().score) - static_cast<double>(config_.window);
  if (ended_.size() >= width_) least = std::max(least, ended_[width_ - 1].score);
  std::erase_if(proposals_, [&](const Proposal& proposal) { return proposal.score < least; });
}

void Beam::accept(const Proposal& proposal) {
  const HypothesisId before = proposal.from->leaf;
  const Choice& choice = proposal.choice;
  if (choice.label == end_) return end({before, Stop::end, end_, proposal.score});
  HypothesisId id = tree_.child(before, choice.label);
  const bool is_new = id == no_hypothesis;
  if (is_new) {
    id = tree_.add(before, choice.label);
    tree_[id].opinions = chooser_.after(tree_[before].opinions, choice.label);
  }
  Hypothesis& node = tree_[id];
  node.peak = tree_[before].outlook.peak;
  node.log_prob = choice.log_prob;
  node.score = choice.score;
  ForwardRule forward = proposal.from->forward;
  if (const std::int32_t count = forward.accept({choice.label, node.peak}); count > 0) {
    return take_back(id, proposal.score, forward, count);
  }
  if (is_new) places_.add(id);
  grown_.push_back({id, proposal.score, std::move(forward)});
}

void Beam::take_back(HypothesisId leaf, double score, const ForwardRule& forward, std::int32_t count) {
  Extended ended{leaf, forward.stop(), 0, score};
  for (; count > 0; --count) {
    const Hypothesis& taken = tree_[ended.leaf];
    ended.next = taken.label;
    ended.score = number(ended.score - static_cast<double>(taken.score) - static_cast<double>(config_.label_bonus));
    ended.leaf = taken.parent;
  }
  end(ended);
}

// Two that end at the same place wrote the same labels: the better of them stands.
void Beam::end(const Extended& hypothesis) {
  const auto same = std::find_if(ended_.begin(), ended_.end(), [&](const Extended& e) { return e.leaf == hypothesis.leaf; });
  if (same != ended_.end()) {
    if (same->score >= hypothesis.score) return;
    ended_.erase(same);
  }
  ended_.insert(std::upper_bound(ended_.begin(), ended_.end(), hypothesis, better), hypothesis);
  if (ended_.size() > width_) ended_.pop_back();
}

}  // namespace attend::decoder
