#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace attend::tools {

/// One decision about the pace: what happens before the sample number `sample` (counted from 0 over all that was heard).
struct PaceChange {
  std::int64_t sample = 0;
  std::optional<std::chrono::milliseconds> chunk;  ///< from here on a chunk is this long
  bool cut = false;                                ///< the sound broke off here: the segment ends, and a new stream begins

  bool operator==(const PaceChange&) const = default;
};

}  // namespace attend::tools
