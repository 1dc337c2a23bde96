#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace attend::tools {

/// Recordings played one after the other as one long recording.
struct Join {
  std::vector<std::size_t> recordings;  ///< their places in the manifest, in its order
  std::vector<double> gaps;             ///< seconds between one and the next: one fewer than recordings
};

struct JoinOptions {
  double longest = 600;  ///< seconds; a recording that would go beyond begins the next join (a longer one stands alone)
  double shortest_gap = 0.1, longest_gap = 5;
  std::uint64_t seed = 20261125;
};

/// Lays out recordings of these lengths in seconds. Gaps are drawn evenly between the bounds; the fixed seed makes the layout the
/// same everywhere.
std::vector<Join> plan_joins(std::span<const double> seconds, const JoinOptions& options = {});

}  // namespace attend::tools
