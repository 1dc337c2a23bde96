// Which words may be committed, and which be shown, after a step.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "decoder/label_groups.hpp"
#include "decoder/search_config.hpp"

namespace attend::decoder {

/// The rows at a step, and what the segment's opening waits for.
struct StepRows {
  std::int32_t total = 0;
  std::int32_t horizon = 0;
  std::int32_t settled = 0;
  std::optional<std::int32_t> opening;  ///< peak of the first accepted label, as long as nothing has been committed
};

/// Whether the segment's first commitment need not wait (any more).
bool opening_over(const StepRows& rows, const SearchConfig& config);

/// How many groups, from the first, are committed.
std::size_t count_committed(std::span<const LabelGroup> groups, const StepRows& rows, const SearchConfig& config);

/// How many groups, from the first, are committed or shown; `committed` of them are committed.
std::size_t count_shown(std::span<const LabelGroup> groups, std::size_t committed, const StepRows& rows,
                        const SearchConfig& config);

}  // namespace attend::decoder
