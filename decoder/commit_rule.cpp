#include "decoder/commit_rule.hpp"

namespace attend::decoder {

bool opening_over(const StepRows& rows, const SearchConfig& config) {
  return !rows.opening || rows.horizon >= *rows.opening + config.opening;
}

std::size_t count_committed(std::span<const LabelGroup> groups, const StepRows& rows, const SearchConfig& config) {
  if (!opening_over(rows, config)) return 0;
  const std::int32_t safe = rows.horizon - config.commit_guard;
  const std::int32_t settled = rows.settled - config.commit_guard;
  std::size_t count = 0;
  for (const LabelGroup& group : groups) {
    const bool waited = config.patience > 0 && group.furthest < safe - config.patience;
    const std::int32_t before = group.stability < config.commit_sure ? settled : safe;
    const bool ripe = group.complete && group.agreed && group.undisputed && group.furthest < before;
    if (!waited && !ripe) break;
    ++count;
  }
  return count;
}

std::size_t count_shown(std::span<const LabelGroup> groups, std::size_t committed, const StepRows& rows,
                        const SearchConfig& config) {
  std::size_t count = committed;
  for (const LabelGroup& group : groups.subspan(committed)) {
    const bool sure = group.furthest < rows.total - config.show_guard && group.stability >= config.show_sure;
    if (!group.complete || !(group.agreed || sure)) break;
    ++count;
  }
  return count;
}

}  // namespace attend::decoder
