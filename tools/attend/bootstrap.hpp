#pragma once

#include <cstdint>
#include <span>

#include "wer.hpp"

namespace attend::tools {

/// The range in which a rate lies with a probability of 95 %, in per cent.
struct Interval {
  double low = 0;
  double high = 0;
};

inline constexpr int bootstrap_resamples = 1000;
inline constexpr std::uint64_t bootstrap_seed = 20261125;

/// Bootstrap interval of the word error rate over clusters (speakers, or recordings): each of the resamples draws as many clusters
/// as there are, with replacement, and pools their errors; the 2.5th and 97.5th percentile bound the interval (Bisani and Ney
/// 2004). The seed is fixed: equal input gives an equal interval on every machine. No clusters: 0 to 0.
Interval bootstrap_interval(std::span<const WordErrors> clusters);

}  // namespace attend::tools
