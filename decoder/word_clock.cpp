#include "decoder/word_clock.hpp"

#include <algorithm>
#include <cmath>

namespace attend::decoder {

std::vector<std::int32_t> monotonic_path(std::span<const std::span<const float>> attention, std::int32_t floor) {
  std::vector<std::int32_t> path(attention.size());
  if (attention.empty()) return path;
  const auto start = static_cast<std::size_t>(floor);
  const std::size_t rows = attention.front().size() - start;
  std::vector<double> score(rows, 0.0);
  std::vector<std::int32_t> from(attention.size() * rows);  // per label and row: the best row of the label before, at or before it
  for (std::size_t label = 0; label < attention.size(); ++label) {
    const std::span<std::int32_t> back = std::span(from).subspan(label * rows, rows);
    std::size_t best_row = 0;
    double best = score[0];
    for (std::size_t row = 0; row < rows; ++row) {
      if (score[row] >= best) {
        best = score[row];
        best_row = row;
      }
      back[row] = static_cast<std::int32_t>(best_row);
      // The constant keeps a row that attention ignores from costing without bound.
      score[row] = best + std::log(static_cast<double>(attention[label][start + row]) + 1e-4);
    }
  }
  auto row = static_cast<std::size_t>(std::max_element(score.begin(), score.end()) - score.begin());
  for (std::size_t label = attention.size(); label-- > 0;) {
    path[label] = floor + static_cast<std::int32_t>(row);
    row = static_cast<std::size_t>(from[label * rows + row]);
  }
  return path;
}

// In fluent speech a word ends where the next begins. The row where its last label is heard says less about that.
WordSpan WordClock::place(std::int32_t first_row, std::int32_t last_row, std::optional<std::int32_t> next_row, std::int32_t total) {
  WordSpan span;
  span.first = std::max(first_row - lead_, end_);
  std::int32_t end = std::min(last_row + last_tail_, total);
  if (next_row && *next_row - lead_ < last_row + gap_) end = *next_row - lead_;
  span.end = std::max(end, span.first + 1);
  end_ = span.end;
  return span;
}

}  // namespace attend::decoder
