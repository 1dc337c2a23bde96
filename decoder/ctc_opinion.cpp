#include "decoder/ctc_opinion.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace attend::decoder {

namespace {

constexpr double impossible = -std::numeric_limits<double>::infinity();
constexpr float least = -1000;  // what an impossible label loses: a number, so that a weight of 0 makes it nothing

double log_add(double a, double b) {
  const double larger = std::max(a, b);
  return larger == impossible ? impossible : larger + std::log1p(std::exp(std::min(a, b) - larger));
}

double last_or(const std::vector<double>& values, double otherwise) {
  return values.empty() ? otherwise : values.back();
}

}  // namespace

CtcOpinion::CtcOpinion(const Posteriors& posteriors, Label end) : posteriors_(posteriors), end_(end) {
  prefixes_[0] = {};
}

OpinionState CtcOpinion::after(OpinionState state, Label label) {
  Prefix& prefix = prefixes_[next_];
  prefix.before = state;
  prefix.last = label;
  return next_++;
}

void CtcOpinion::judge(OpinionState state, std::span<const Label> candidates, std::span<float> deltas) {
  const Prefix& prefix = brought_up(state);
  const double here = log_prefix(state);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const double there = candidates[i] == end_ ? log_whole(state) : added(prefix, candidates[i]);
    deltas[i] = here == impossible ? 0.0F : std::max(static_cast<float>(there - here), least);
  }
}

void CtcOpinion::keep(std::span<const OpinionState> states) {
  std::set<OpinionState> kept = {0};
  for (OpinionState state : states) {
    while (kept.insert(state).second) state = prefixes_.at(state).before;
  }
  std::erase_if(prefixes_, [&](const auto& entry) { return !kept.contains(entry.first); });
}

double CtcOpinion::log_prefix(OpinionState state) {
  return last_or(brought_up(state).begun, state == 0 ? 0 : impossible);
}

double CtcOpinion::log_whole(OpinionState state) {
  const Prefix& prefix = brought_up(state);
  return log_add(last_or(prefix.in_label, impossible), last_or(prefix.in_blank, state == 0 ? 0 : impossible));
}

// The prefix, after all before it have seen the rows as they are now.
CtcOpinion::Prefix& CtcOpinion::brought_up(OpinionState state) {
  std::vector<Prefix*> chain;
  for (OpinionState at = state; at >= 0; at = chain.back()->before) {
    chain.push_back(&prefixes_.at(at));
    if (chain.back()->rows == posteriors_.rows() && chain.back()->settled == posteriors_.settled_rows()) break;
  }
  for (std::size_t i = chain.size(); i-- > 0;) {
    const OpinionState before = chain[i]->before;
    bring_up(*chain[i], before >= 0 ? &prefixes_.at(before) : nullptr);
  }
  return *chain.front();
}

void CtcOpinion::bring_up(Prefix& prefix, const Prefix* before) const {
  if (prefix.rows == posteriors_.rows() && prefix.settled == posteriors_.settled_rows()) return;
  const std::size_t from = std::min(prefix.settled, prefix.in_label.size());  // what was computed on settled rows stays
  for (auto* values : {&prefix.in_label, &prefix.in_blank, &prefix.begun}) values->resize(from);
  const bool empty = before == nullptr;
  for (std::size_t row = from; row < posteriors_.rows(); ++row) {
    const std::span<const float> says = posteriors_.row(row);
    const double label = last_or(prefix.in_label, impossible);
    const double blank = last_or(prefix.in_blank, empty ? 0 : impossible);
    const double begun = last_or(prefix.begun, impossible);
    const double says_label = empty ? impossible : static_cast<double>(says[static_cast<std::size_t>(prefix.last)]);
    const double says_blank = static_cast<double>(says[static_cast<std::size_t>(posteriors_.blank())]);
    const double begins = empty ? impossible : begin_at(before, prefix.last, row);
    prefix.in_label.push_back(log_add(label, begins) + says_label);
    prefix.in_blank.push_back(log_add(label, blank) + says_blank);
    prefix.begun.push_back(empty ? 0 : log_add(begun, begins + says_label));
  }
  prefix.rows = posteriors_.rows();
  prefix.settled = posteriors_.settled_rows();
}

// Paths that spell `before` up to the row and in which `last` may begin there: said twice, a label needs a blank between.
double CtcOpinion::begin_at(const Prefix* before, Label last, std::size_t row) const {
  if (row == 0) return before->before < 0 ? 0 : impossible;
  const bool again = before->before >= 0 && before->last == last;
  return again ? before->in_blank[row - 1] : log_add(before->in_label[row - 1], before->in_blank[row - 1]);
}

// Of the prefix with one label more, without keeping it.
double CtcOpinion::added(const Prefix& prefix, Label label) const {
  double begun = impossible;
  if (label == posteriors_.blank()) return begun;
  for (std::size_t row = 0; row < posteriors_.rows(); ++row) {
    const std::span<const float> says = posteriors_.row(row);
    if (label < 0 || static_cast<std::size_t>(label) >= says.size()) return impossible;
    begun = log_add(begun, begin_at(&prefix, label, row) + static_cast<double>(says[static_cast<std::size_t>(label)]));
  }
  return begun;
}

}  // namespace attend::decoder
