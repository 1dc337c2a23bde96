#include "decoder/endpoint_rule.hpp"

#include <algorithm>

namespace attend::decoder {

namespace {

// Far enough from the last row that a word which begins there is not yet cut into.
std::int32_t before_the_edge(const StepOutcome& step, const SearchConfig& config) {
  return std::max(step.total - config.edge_guard - config.lead, 1);
}

std::optional<Cut> nothing_said(const StepOutcome& step, const SearchConfig& config) {
  if (step.committed_any || step.empty_steps < 2) return std::nullopt;
  // A label that only ever peaks at the edge may be the first of what is said: not hearing the end is a weaker sign.
  const std::int32_t needed = step.stop == Stop::end ? config.nothing_said : 2 * config.nothing_said;
  if (step.total < needed) return std::nullopt;
  return Cut{EndReason::nothing_said, before_the_edge(step, config)};
}

std::optional<Cut> trailing_silence(const StepOutcome& step, const SearchConfig& config) {
  if (!step.committed_any && step.rest.empty()) return std::nullopt;
  const bool rest_sure = step.rest_agreed && step.opening_over && step.rest_peak < step.horizon - config.commit_guard;
  if (!step.rest.empty() && !rest_sure) return std::nullopt;
  const std::int32_t needed = step.stop == Stop::end ? config.silence : config.silence + config.silence / 2;
  if (step.total - step.words_end < needed) return std::nullopt;
  // Where the search did not get on, the sound behind the last word may be speech: the next segment hears it again.
  const bool heard_out = step.stop == Stop::end || step.stop == Stop::edge;
  const std::int32_t row = heard_out ? std::max(step.words_end, before_the_edge(step, config)) : step.words_end;
  return Cut{EndReason::silence, std::max(row, 1)};
}

// The gap between the last committed word and what follows. The longer the segment, the narrower a gap will do.
std::optional<Cut> frontier_gap(const StepOutcome& step, const SearchConfig& config) {
  const std::int32_t soft = config.longest - config.longest / 4;
  const std::int32_t next = step.rest.empty() ? step.total - config.edge_guard : step.rest.front().first;
  const std::int32_t gap = next - step.committed_end;
  const bool wide_enough =
      step.total >= config.longest || static_cast<std::int64_t>(gap) * (config.longest - soft) >=
                                          static_cast<std::int64_t>(config.widest_gap) * (config.longest - step.total);
  if (!step.committed_any || !wide_enough) return std::nullopt;
  const std::int32_t middle = (step.committed_row + next + 1) / 2;
  const std::int32_t row = std::max({step.committed_end, middle, next - config.lead});
  if (row < config.longest / 2) return std::nullopt;
  return Cut{EndReason::longest, row};
}

// The last resort of a segment at its limit: the widest gap between accepted words of its second half.
Cut forced_cut(const StepOutcome& step, const SearchConfig& config) {
  const std::int32_t half = config.longest / 2;
  Cut cut{EndReason::longest, std::max({half, step.horizon - config.lead, 1})};
  std::int32_t widest = -1;
  for (std::size_t i = 1; i < step.rest.size(); ++i) {
    const std::int32_t next = step.rest[i].first;
    const std::int32_t gap = next - step.rest[i - 1].last;
    if (next < half || next > step.horizon || gap <= widest) continue;
    widest = gap;
    cut.row = next;
  }
  return cut;
}

std::optional<Cut> too_long(const StepOutcome& step, const SearchConfig& config) {
  if (step.total < config.longest - config.longest / 4) return std::nullopt;
  if (const auto cut = frontier_gap(step, config)) return cut;
  if (step.total < config.longest) return std::nullopt;
  return forced_cut(step, config);
}

}  // namespace

std::optional<Cut> find_cut(const StepOutcome& step, const SearchConfig& config) {
  if (const auto cut = nothing_said(step, config)) return cut;
  if (const auto cut = trailing_silence(step, config)) return cut;
  return too_long(step, config);
}

}  // namespace attend::decoder
