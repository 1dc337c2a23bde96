#include "join.hpp"

#include <random>

namespace attend::tools {

std::vector<Join> plan_joins(std::span<const double> seconds, const JoinOptions& options) {
  std::mt19937_64 random(options.seed);
  // The standard's distributions differ between libraries; 53 bits of the generator do not.
  const auto draw = [&] {
    const double even = static_cast<double>(random() >> 11U) * 0x1p-53;
    return options.shortest_gap + even * (options.longest_gap - options.shortest_gap);
  };
  std::vector<Join> joins;
  double length = 0;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    const double gap = draw();
    const bool fits = !joins.empty() && length + gap + seconds[i] <= options.longest;
    if (fits) {
      joins.back().gaps.push_back(gap);
      length += gap;
    } else {
      joins.emplace_back();
      length = 0;
    }
    joins.back().recordings.push_back(i);
    length += seconds[i];
  }
  return joins;
}

}  // namespace attend::tools
