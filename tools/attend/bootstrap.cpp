#include "bootstrap.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include "percentile.hpp"

namespace attend::tools {
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
