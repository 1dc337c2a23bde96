#include "capture/arrival.hpp"

#include <algorithm>
#include <cmath>

namespace attend::capture {

std::uint64_t Arrival::note_gap(Time now, std::uint64_t frames) {
  const double fitting = std::chrono::duration<double>(now - last()).count() * rate_ - static_cast<double>(frames);
  note(now);
  return static_cast<std::uint64_t>(std::max(1.0, std::round(fitting)));
}

}  // namespace attend::capture
