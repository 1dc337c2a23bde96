#include "decoder/label_chooser.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace attend::decoder {

namespace {

constexpr float impossible = -std::numeric_limits<float>::infinity();

bool better(const Choice& a, const Choice& b) {
  return a.score > b.score || (a.score == b.score && a.label < b.label);
}

constexpr std::size_t block = 64;

/// Whether one of a block's scores is greater.
bool any_above(const float* scores, float least) {
  std::array<std::int32_t, 8> above{};
  for (std::size_t i = 0; i < block; i += above.size()) {
    for (std::size_t k = 0; k < above.size(); ++k) above[k] |= scores[i + k] > least ? 1 : 0;
  }
  return std::any_of(above.begin(), above.end(), [](std::int32_t found) { return found != 0; });
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
  add_proposals(outlook.best, view.log_probs, states);
  if (!opinions_.empty()) weigh(outlook.best, states, outlook.peak);
  if (outlook.best.size() > count) outlook.best.resize(count);
  if (outlook.best.empty()) outlook.best.push_back({end_, impossible, impossible});
  return outlook;
}

// Attention verifies what opinions name: each label keeps the probability that attention gives it.
void LabelChooser::add_proposals(std::vector<Choice>& choices, std::span<const float> log_probs,
                                 std::span<const OpinionState> states) {
  for (std::size_t i = 0; i < opinions_.size(); ++i) {
    if (opinions_[i].proposals == 0) continue;
    proposed_.clear();
    opinions_[i].opinion->propose(states[i], opinions_[i].proposals, proposed_);
    for (const Label label : proposed_) {
      const auto index = static_cast<std::size_t>(label);
      const bool named = std::any_of(choices.begin(), choices.end(), [&](const Choice& choice) { return choice.label == label; });
      if (!named && label >= 0 && index < log_probs.size()) choices.push_back({label, log_probs[index], log_probs[index]});
    }
  }
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
// "greater" keeps out what is no number and, with equal scores, whatever has the larger id. Most blocks of labels hold none that is
// good enough, and finding that out is work for vectors.
std::vector<Choice> LabelChooser::gather(std::span<const float> log_probs, std::size_t count) const {
  std::vector<Choice> best;
  float least = impossible;
  for (std::size_t first = 0; first < log_probs.size(); first += block) {
    const std::span<const float> scores = log_probs.subspan(first, std::min(block, log_probs.size() - first));
    if (scores.size() == block && !any_above(scores.data(), least)) continue;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const float score = scores[i];
      if (!(score > least)) continue;
      const Choice choice{static_cast<Label>(first + i), score, score};
      best.insert(std::upper_bound(best.begin(), best.end(), choice, better), choice);
      if (best.size() > count) best.pop_back();
      if (best.size() == count) least = best.back().score;
    }
  }
  return best;
}

}  // namespace attend::decoder
