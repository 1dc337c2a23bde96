#pragma once

#include <atomic>
#include <cstddef>

namespace attend::tools {

/// "12 of 534" on a terminal's last line; silent in a pipe. `step` may be called from any thread.
class RecordingCounter {
 public:
  explicit RecordingCounter(std::size_t total);
  ~RecordingCounter();
  RecordingCounter(const RecordingCounter&) = delete;
  RecordingCounter& operator=(const RecordingCounter&) = delete;

  void step();

 private:
  std::size_t total_;
  std::atomic<std::size_t> done_ = 0;
  bool terminal_;
};

}  // namespace attend::tools
