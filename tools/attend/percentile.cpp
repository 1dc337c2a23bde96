#include "percentile.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace attend::tools {

double percentile(std::span<const double> sorted, double per_cent) {
  if (sorted.empty()) return 0;
  const double position = per_cent / 100.0 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace attend::tools
