#pragma once

#include <span>

namespace attend::tools {

/// The percentile of values sorted upwards, interpolated linearly between neighbours; 0 if there are none.
double percentile(std::span<const double> sorted, double per_cent);

}  // namespace attend::tools
