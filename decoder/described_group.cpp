#include "decoder/described_group.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "decoder/confidence.hpp"

namespace attend::decoder {

namespace {

const Outlook& place_before(const HypothesisTree& tree, HypothesisId label) {
  return tree[tree[label].parent].outlook;
}

std::vector<std::int32_t> path_rows(const HypothesisTree& tree, std::span<const HypothesisId> path, std::int32_t floor) {
  std::vector<std::span<const float>> attention;
  for (const HypothesisId id : path) attention.emplace_back(place_before(tree, id).attention);
  return monotonic_path(attention, floor);
}

DescribedGroup without_times(const HypothesisTree& tree, std::span<const HypothesisId> labels) {
  DescribedGroup described;
  for (const HypothesisId id : labels) {
    described.word.labels.push_back(tree[id].label);
    described.log_prob += static_cast<double>(tree[id].log_prob);
  }
  return described;
}

}  // namespace

std::vector<DescribedGroup> describe(const HypothesisTree& tree, std::span<const HypothesisId> path,
                                     std::span<const LabelGroup> groups, Behind behind) {
  const std::vector<std::int32_t> rows = path_rows(tree, path, behind.floor);
  std::vector<DescribedGroup> described;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const LabelGroup& group = groups[i];
    DescribedGroup& one = described.emplace_back(without_times(tree, path.subspan(group.begin, group.end - group.begin)));
    one.path = {rows[group.begin], rows[group.end - 1]};
    one.tail = group.tail;
    one.word.confidence = confidence(mean_probability(one.log_prob, one.word.labels.size()));
    if (group.tail) continue;
    const bool last = i + 1 == groups.size();
    const auto next_row = last ? std::nullopt : std::optional(rows[groups[i + 1].begin]);
    const WordSpan span = behind.clock.place(one.path.first, one.path.last, next_row, behind.total);
    one.heard_end = std::max(behind.clock.heard_end(one.path.last, behind.total), span.first + 1);
    one.word.first_row = span.first;
    one.word.end_row = span.end;
    one.word.stability = group.stability;
  }
  return described;
}

void add_attention(const HypothesisTree& tree, std::span<const HypothesisId> path, std::span<const LabelGroup> groups,
                   std::span<DescribedGroup> described) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto labels = path.subspan(groups[i].begin, groups[i].end - groups[i].begin);
    std::vector<float>& mean = described[i].word.attention;
    mean.assign(place_before(tree, labels.front()).attention.size(), 0.0F);
    for (const HypothesisId id : labels) {
      const std::vector<float>& one = place_before(tree, id).attention;
      for (std::size_t row = 0; row < mean.size(); ++row) mean[row] += one[row] / static_cast<float>(labels.size());
    }
    for (const Choice& choice : place_before(tree, labels.front()).best) {
      described[i].word.considered.emplace_back(choice.label, std::exp(choice.log_prob));
    }
  }
}

}  // namespace attend::decoder
