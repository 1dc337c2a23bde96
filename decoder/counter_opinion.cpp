#include "decoder/counter_opinion.hpp"

#include <algorithm>

namespace attend::decoder {

void CounterOpinion::judge(OpinionState state, std::span<const Label> candidates, std::span<float> deltas) {
  sum_up();
  fill(0, state, candidates, deltas);
}

void CounterOpinion::judge_at(OpinionState state, std::int32_t peak, std::span<const Label> candidates, std::span<float> deltas) {
  sum_up();
  float delta = 0;
  if (!due_.empty()) {
    const double due = due_[std::min(static_cast<std::size_t>(std::max(peak, 0)), due_.size() - 1)];
    const auto written = static_cast<double>(state);
    const double early = std::max(written - due, 0.0);
    const double late = std::max(due - 1 - written, 0.0);
    delta = -static_cast<float>(std::max(early + late - static_cast<double>(slack_), 0.0));
  }
  fill(delta, state, candidates, deltas);
}

// Sums over settled rows stay; those behind are taken anew when more rows have settled or come.
void CounterOpinion::sum_up() {
  if (summed_rows_ == weights_.rows() && settled_ == weights_.settled_rows()) return;
  due_.resize(std::min(settled_, due_.size()));
  for (std::size_t row = due_.size(); row < weights_.rows(); ++row) {
    due_.push_back((due_.empty() ? 0.0 : due_.back()) + static_cast<double>(weights_.weight(row)));
  }
  summed_rows_ = weights_.rows();
  settled_ = weights_.settled_rows();
}

float CounterOpinion::end_delta(OpinionState state) const {
  if (due_.empty()) return 0;
  return -static_cast<float>(std::max(due_.back() - static_cast<double>(state) - static_cast<double>(slack_), 0.0));
}

void CounterOpinion::fill(float label_delta, OpinionState state, std::span<const Label> candidates, std::span<float> deltas) const {
  for (std::size_t i = 0; i < candidates.size(); ++i) deltas[i] = candidates[i] == end_ ? end_delta(state) : label_delta;
}

}  // namespace attend::decoder
