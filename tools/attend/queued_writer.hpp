#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace attend::tools {

/// Writes to a descriptor on a thread of its own, in order: whoever gives it bytes never waits for their reader. A pipe cannot be
/// made non-blocking for us alone (the flag belongs to everybody who has it), and a file cannot be waited for; a thread can wait
/// for both.
class QueuedWriter {
 public:
  /// Keeps up to `most` bytes. `changed` is called on the writer's thread when all is written and when a write has failed.
  QueuedWriter(int descriptor, std::size_t most, std::function<void()> changed = {});
  /// Waits for nothing: what the reader has not taken by now is given up. `changed` is called no more.
  ~QueuedWriter();
  QueuedWriter(const QueuedWriter&) = delete;
  QueuedWriter& operator=(const QueuedWriter&) = delete;

  /// Takes all of it, or nothing and returns false where that is too much. After a fault nothing is kept. Bytes given together are
  /// written by one call.
  bool write(std::string bytes);
  /// Bytes that are not written yet; 0 after a fault.
  std::size_t waiting() const;
  /// errno of the write that failed, else 0. Nothing is written after it.
  int fault() const;
  /// Waits until all is written or a write has failed; false if that takes longer.
  bool wait(std::chrono::milliseconds longest) const;

 private:
  struct State;
  static void work(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;  ///< shared with the thread, which may outlive us in a write that never returns
};

}  // namespace attend::tools
