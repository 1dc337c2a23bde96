// The probability that rows spell a text with one beginning, brought up to date as rows come and settle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "decoder/posteriors.hpp"

namespace attend::decoder {

/// Probabilities, no logarithms, of all rows heard so far.
class SymbolRows {
 public:
  explicit SymbolRows(const Posteriors& posteriors) : posteriors_(posteriors) {}

  /// Takes over what came or changed since the last call.
  void bring_up();
  std::size_t rows() const { return rows_; }
  std::size_t settled() const { return settled_; }
  /// 0 for a symbol that is none.
  double at(std::size_t row, Symbol symbol) const {
    return symbol >= 0 && static_cast<std::size_t>(symbol) < width_ ? values_[row * width_ + static_cast<std::size_t>(symbol)] : 0;
  }
  Symbol blank() const { return posteriors_.blank(); }

 private:
  const Posteriors& posteriors_;
  std::vector<double> values_;  // [rows, symbols]
  std::size_t rows_ = 0, settled_ = 0, width_ = 0;
};

/// A beginning: one symbol behind a shorter one. Sums over paths run over those rows only in which they are more than a share of
/// 1e-30 of their largest: before, the symbol has not been heard, behind, others have. So a symbol costs the rows around it, and
/// not the whole segment.
class CtcPrefix {
 public:
  static constexpr std::int64_t none = -1;

  /// The empty beginning.
  CtcPrefix() = default;
  CtcPrefix(std::int64_t before, Symbol last) : before_(before), last_(last) {}

  std::int64_t before() const { return before_; }
  Symbol last() const { return last_; }
  bool is_up_to_date(const SymbolRows& rows) const { return rows_ == rows.rows() && settled_ == rows.settled(); }
  /// `shorter`, the beginning before this one, has been brought up; nullptr for the empty one.
  void bring_up(const SymbolRows& rows, const CtcPrefix* shorter);

  /// Natural logarithms over all rows: of texts that begin so, and of exactly this text.
  double log_begun() const;
  double log_whole() const;

 private:
  struct Sums {
    double label = 0, blank = 0;  ///< paths that spell the beginning up to a row and end in its last symbol, or in a blank
    double begun = 0;             ///< all paths of which a part, up to that row at most, spells it
  };

  Sums at(std::size_t row) const;
  std::size_t end() const { return first_ + sums_.size(); }
  double begins(const CtcPrefix& shorter, std::size_t row) const;
  void start(const CtcPrefix* shorter);
  void go_on(const SymbolRows& rows, const CtcPrefix* shorter);
  void rescale();

  std::int64_t before_ = none;
  Symbol last_ = -1;
  std::size_t rows_ = 0, settled_ = 0;  // when this was computed
  std::size_t first_ = 0;               // the row of the first sums
  std::vector<Sums> sums_;              // divided by exp(scale_)
  double scale_ = 0;
  double largest_ = 0;   // of label + blank
  bool closed_ = false;  // nothing is to be added behind the last sums
};

}  // namespace attend::decoder
