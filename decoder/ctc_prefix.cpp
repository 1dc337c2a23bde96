#include "decoder/ctc_prefix.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace attend::decoder {

namespace {

constexpr double negligible = 1e-30;  // of the largest sum
constexpr double too_small = 1e-100;  // sums are scaled anew before they leave what a number can hold
constexpr double impossible = -std::numeric_limits<double>::infinity();

}  // namespace

void SymbolRows::bring_up() {
  if (rows_ == posteriors_.rows() && settled_ == posteriors_.settled_rows()) return;
  const std::size_t from = std::min({settled_, rows_, posteriors_.rows()});
  rows_ = posteriors_.rows();
  settled_ = posteriors_.settled_rows();
  if (rows_ > 0) width_ = posteriors_.row(0).size();
  values_.resize(rows_ * width_);
  for (std::size_t row = from; row < rows_; ++row) {
    std::transform(posteriors_.row(row).begin(), posteriors_.row(row).end(),
                   values_.begin() + static_cast<std::ptrdiff_t>(row * width_),
                   [](float log_prob) { return std::exp(static_cast<double>(log_prob)); });
  }
}

void CtcPrefix::bring_up(const SymbolRows& rows, const CtcPrefix* shorter) {
  if (is_up_to_date(rows)) return;
  // What was computed on settled rows stays.
  if (end() > settled_) {
    sums_.resize(settled_ > first_ ? settled_ - first_ : 0);
    closed_ = false;
    largest_ = 0;
    for (const Sums& sums : sums_) largest_ = std::max(largest_, sums.label + sums.blank);
  }
  if (sums_.empty()) start(shorter);
  if (!closed_) go_on(rows, shorter);
  rows_ = rows.rows();
  settled_ = rows.settled();
}

// Paths that spell the shorter beginning before the row and in which the last symbol may begin there: said twice, a symbol needs a
// blank between.
double CtcPrefix::begins(const CtcPrefix& shorter, std::size_t row) const {
  if (row == 0) return shorter.before_ == none ? 1 : 0;
  const Sums sums = shorter.at(row - 1);
  return shorter.last_ == last_ && shorter.before_ != none ? sums.blank : sums.label + sums.blank;
}

// The first row in which the last symbol may have been said.
void CtcPrefix::start(const CtcPrefix* shorter) {
  first_ = 0;
  scale_ = 0;
  largest_ = shorter == nullptr ? 1 : 0;
  if (shorter == nullptr) return;
  scale_ = shorter->scale_;
  if (shorter->before_ == none) return;
  first_ = shorter->first_ + 1;
  while (first_ < shorter->end() && !(begins(*shorter, first_) > negligible * shorter->largest_)) ++first_;
}

void CtcPrefix::go_on(const SymbolRows& rows, const CtcPrefix* shorter) {
  const double factor = shorter == nullptr ? 0 : std::exp(shorter->scale_ - scale_);
  Sums sums = shorter == nullptr ? Sums{0, 1, 1} : Sums{};
  if (!sums_.empty()) sums = sums_.back();
  for (std::size_t row = end(); row < rows.rows() && !closed_; ++row) {
    const double begun = shorter == nullptr ? 0 : begins(*shorter, row) * factor;
    const double of_symbol = shorter == nullptr ? 0 : rows.at(row, last_);
    const double of_blank = rows.at(row, rows.blank());
    sums = {(sums.label + begun) * of_symbol, (sums.label + sums.blank) * of_blank, sums.begun + begun * of_symbol};
    sums_.push_back(sums);
    largest_ = std::max(largest_, sums.label + sums.blank);
    // Without anything more from the shorter beginning, sums only fall.
    const bool alone = shorter == nullptr || (shorter->closed_ && row >= shorter->end());
    closed_ = alone && sums.label + sums.blank <= negligible * largest_;
  }
  if (largest_ > 0 && largest_ < too_small) rescale();
}

void CtcPrefix::rescale() {
  for (Sums& sums : sums_) sums = {sums.label / largest_, sums.blank / largest_, sums.begun / largest_};
  scale_ += std::log(largest_);
  largest_ = 1;
}

CtcPrefix::Sums CtcPrefix::at(std::size_t row) const {
  return row < first_ || row >= end() ? Sums{} : sums_[row - first_];
}

double CtcPrefix::log_begun() const {
  if (before_ == none) return 0;
  return sums_.empty() ? impossible : std::log(sums_.back().begun) + scale_;
}

double CtcPrefix::log_whole() const {
  if (sums_.empty()) return before_ == none ? 0 : impossible;
  return closed_ ? impossible : std::log(sums_.back().label + sums_.back().blank) + scale_;
}

}  // namespace attend::decoder
