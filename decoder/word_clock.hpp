// When words were spoken: a monotonic path through the clock heads' attention.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "decoder/search_config.hpp"

namespace attend::decoder {

/// The row of each label on the best monotonic path that starts no earlier than row `floor`. `attention` holds, per label, the
/// attention at the place before it; all are equally long, longer than `floor`. Dynamic programming over labels x rows.
std::vector<std::int32_t> monotonic_path(std::span<const std::span<const float>> attention, std::int32_t floor);

/// Rows of a word: one past the last at `end`.
struct WordSpan {
  std::int32_t first = 0;
  std::int32_t end = 0;
};

/// Where words lie, given the path rows of their labels; remembers where the last committed word ends.
class WordClock {
 public:
  explicit WordClock(const SearchConfig& config)
      : lead_(config.word_lead), tail_(config.word_tail), last_tail_(config.last_tail), gap_(config.word_gap) {}

  /// The next word, whose labels' path rows go from `first_row` to `last_row`; `next_row` is the first path row of the word behind
  /// it, if there is one. Not before `end` of the word before.
  WordSpan place(std::int32_t first_row, std::int32_t last_row, std::optional<std::int32_t> next_row, std::int32_t total);
  /// Where what was heard of a word ends: a label's path row lies before the end of its sound.
  std::int32_t heard_end(std::int32_t last_row, std::int32_t total) const { return std::min(last_row + tail_, total); }
  /// End of the last word placed; nothing is placed before it.
  std::int32_t end() const { return end_; }
  void stand_at(std::int32_t end) { end_ = end; }

 private:
  std::int32_t lead_;
  std::int32_t tail_;
  std::int32_t last_tail_;
  std::int32_t gap_;
  std::int32_t end_ = 0;
};

}  // namespace attend::decoder
