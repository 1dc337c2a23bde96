#include "bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace attend::tools {
namespace {

/// The percentile of sorted values, interpolated linearly between neighbours.
double percentile(const std::vector<double>& sorted, double per_cent) {
  const double position = per_cent / 100.0 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

Interval bootstrap_interval(std::span<const WordErrors> clusters) {
  if (clusters.empty()) return {};
  // The standard fixes what mt19937_64 returns but not what its distributions do; the remainder's bias is below 1e-15 here.
  std::mt19937_64 random(bootstrap_seed);
  std::vector<double> rates;
  rates.reserve(bootstrap_resamples);
  for (int resample = 0; resample < bootstrap_resamples; ++resample) {
    WordErrors pooled;
    for (std::size_t draw = 0; draw < clusters.size(); ++draw) pooled += clusters[random() % clusters.size()];
    rates.push_back(pooled.rate());
  }
  std::ranges::sort(rates);
  return {.low = percentile(rates, 2.5), .high = percentile(rates, 97.5)};
}

}  // namespace attend::tools
