#pragma once

#include <algorithm>
#include <chrono>

namespace attend::tools {

/// How long to wait before trying again: half a second, twice as long each time, 10 s at most.
class RetryDelay {
 public:
  std::chrono::milliseconds next() {
    const std::chrono::milliseconds delay = next_;
    next_ = std::min(2 * next_, longest);
    return delay;
  }
  void succeeded() { next_ = first; }

  static constexpr std::chrono::milliseconds first{500}, longest{10000};

 private:
  std::chrono::milliseconds next_ = first;
};

}  // namespace attend::tools
