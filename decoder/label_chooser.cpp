#include "decoder/label_chooser.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace attend::decoder {

std::int32_t peak_row(std::span<const float> attention) {
  std::size_t best = 0;
  float largest = -std::numeric_limits<float>::infinity();
  for (std::size_t row = 0; row < attention.size(); ++row) {
    if (attention[row] > largest) {
      largest = attention[row];
      best = row;
    }
  }
  return static_cast<std::int32_t>(best);
}

LabelChooser::LabelChooser(Label end, std::int32_t candidates, std::vector<WeightedOpinion> opinions)
    : end_(end), candidates_(static_cast<std::size_t>(std::max(candidates, 1))), opinions_(std::move(opinions)) {}

Choice LabelChooser::choose(std::span<const float> log_probs, std::span<const OpinionState> states) {
  if (opinions_.empty()) return favourite(log_probs);
  gather(log_probs);
  if (labels_.empty()) return favourite(log_probs);
  deltas_.resize(labels_.size());
  for (std::size_t i = 0; i < opinions_.size(); ++i) {
    opinions_[i].opinion->judge(states[i], labels_, deltas_);
    for (std::size_t k = 0; k < labels_.size(); ++k) scores_[k] += opinions_[i].weight * deltas_[k];
  }
  Choice choice{end_, log_probs[static_cast<std::size_t>(labels_.front())]};
  float largest = -std::numeric_limits<float>::infinity();
  for (std::size_t k = 0; k < labels_.size(); ++k) {
    if (scores_[k] > largest || (scores_[k] == largest && labels_[k] < choice.label)) {
      largest = scores_[k];
      choice = {labels_[k], log_probs[static_cast<std::size_t>(labels_[k])]};
    }
  }
  return choice;
}

std::vector<OpinionState> LabelChooser::begin() const {
  std::vector<OpinionState> states;
  states.reserve(opinions_.size());
  for (const WeightedOpinion& weighted : opinions_) states.push_back(weighted.opinion->begin());
  return states;
}

std::vector<OpinionState> LabelChooser::after(std::span<const OpinionState> states, Label label) const {
  std::vector<OpinionState> next;
  next.reserve(opinions_.size());
  for (std::size_t i = 0; i < opinions_.size(); ++i) next.push_back(opinions_[i].opinion->after(states[i], label));
  return next;
}

void LabelChooser::keep(std::span<const std::vector<OpinionState>> states) const {
  std::vector<OpinionState> kept(states.size());
  for (std::size_t i = 0; i < opinions_.size(); ++i) {
    for (std::size_t place = 0; place < states.size(); ++place) kept[place] = states[place][i];
    opinions_[i].opinion->keep(kept);
  }
}

Choice LabelChooser::favourite(std::span<const float> log_probs) const {
  Choice choice{end_, -std::numeric_limits<float>::infinity()};
  for (std::size_t label = 0; label < log_probs.size(); ++label) {
    if (log_probs[label] > choice.log_prob) choice = {static_cast<Label>(label), log_probs[label]};
  }
  return choice;
}

// The best labels in one pass: a short sorted list, into which hardly any label after the first few is inserted.
void LabelChooser::gather(std::span<const float> log_probs) {
  labels_.clear();
  scores_.clear();
  for (std::size_t label = 0; label < log_probs.size(); ++label) {
    const float score = log_probs[label];
    if (std::isnan(score) || (labels_.size() == candidates_ && !(score > scores_.back()))) continue;
    const auto at = std::upper_bound(scores_.begin(), scores_.end(), score, std::greater<>()) - scores_.begin();
    scores_.insert(scores_.begin() + at, score);
    labels_.insert(labels_.begin() + at, static_cast<Label>(label));
    if (labels_.size() > candidates_) {
      scores_.pop_back();
      labels_.pop_back();
    }
  }
}

}  // namespace attend::decoder
