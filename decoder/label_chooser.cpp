#include "decoder/label_chooser.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace attend::decoder {

namespace {

constexpr float impossible = -std::numeric_limits<float>::infinity();

bool better(const Choice& a, const Choice& b) {
  return a.score > b.score || (a.score == b.score && a.label < b.label);
}

}  // namespace

std::int32_t peak_row(std::span<const float> attention) {
  std::size_t best = 0;
  float largest = impossible;
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

Outlook LabelChooser::look(const NodeView& view, std::span<const OpinionState> states, std::size_t count) {
  Outlook outlook;
  outlook.peak = peak_row(view.attention);
  outlook.attention.assign(view.attention.begin(), view.attention.end());
  outlook.best = gather(view.log_probs, opinions_.empty() ? count : std::max(count, candidates_));
  if (!opinions_.empty()) weigh(outlook.best, states, outlook.peak);
  if (outlook.best.size() > count) outlook.best.resize(count);
  if (outlook.best.empty()) outlook.best.push_back({end_, impossible, impossible});
  return outlook;
}

void LabelChooser::weigh(std::vector<Choice>& choices, std::span<const OpinionState> states, std::int32_t peak) {
  labels_.clear();
  for (const Choice& choice : choices) labels_.push_back(choice.label);
  deltas_.resize(labels_.size());
  for (std::size_t i = 0; i < opinions_.size() && !labels_.empty(); ++i) {
    opinions_[i].opinion->judge_at(states[i], peak, labels_, deltas_);
    for (std::size_t k = 0; k < choices.size(); ++k) choices[k].score += opinions_[i].weight * deltas_[k];
  }
  std::erase_if(choices, [](const Choice& choice) { return !(choice.score > impossible); });
  std::sort(choices.begin(), choices.end(), better);
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

// The best labels in one pass: a short sorted list, into which hardly any label after the first few is inserted. Comparing with
// "greater" keeps out what is no number and, with equal scores, whatever has the larger id.
std::vector<Choice> LabelChooser::gather(std::span<const float> log_probs, std::size_t count) const {
  std::vector<Choice> best;
  float least = impossible;
  for (std::size_t label = 0; label < log_probs.size(); ++label) {
    const float score = log_probs[label];
    if (!(score > least)) continue;
    const Choice choice{static_cast<Label>(label), score, score};
    best.insert(std::upper_bound(best.begin(), best.end(), choice, better), choice);
    if (best.size() > count) best.pop_back();
    if (best.size() == count) least = best.back().score;
  }
  return best;
}

}  // namespace attend::decoder
