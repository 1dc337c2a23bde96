// Where a segment ends.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "decoder/forward_rule.hpp"
#include "decoder/search_config.hpp"

namespace attend::decoder {

/// Why a segment should end here.
enum class EndReason { silence, longest, nothing_said };

/// Where the segment should be cut: its rows before `row` are done with, the next segment begins with the first sample of `row`.
struct Cut {
  EndReason reason = EndReason::silence;
  std::int32_t row = 0;
};

/// Path rows of a group of accepted labels that were not committed.
struct PathSpan {
  std::int32_t first = 0;
  std::int32_t last = 0;
};

/// What a step left behind.
struct StepOutcome {
  std::int32_t total = 0;
  std::int32_t horizon = 0;
  Stop stop = Stop::end;
  std::int32_t empty_steps = 0;    ///< steps in a row, this one included, that accepted nothing
  bool committed_any = false;      ///< in this segment
  std::int32_t committed_end = 0;  ///< end row of the last committed word, 0 if none
  std::int32_t committed_row = 0;  ///< path row of the last committed label, 0 if none
  std::int32_t words_end = 0;      ///< end row of the last word, committed or not, 0 if none
  std::span<const PathSpan> rest;  ///< what was accepted and not committed
  bool rest_agreed = true;         ///< all of the rest was the same a step before
  bool opening_over = true;        ///< nothing waits for the segment's opening any more
  std::int32_t rest_peak = 0;      ///< its largest peak
};

/// The first endpoint rule of docs/search.md that holds, if any.
std::optional<Cut> find_cut(const StepOutcome& step, const SearchConfig& config);

}  // namespace attend::decoder
