// Keeps oneDNN's OpenMP loops on the calling thread without changing the host's settings.
#pragma once

#include <omp.h>

namespace attend::engine {

/// While it lives, OpenMP regions begun by this thread run on this thread alone. Streams are spread over threads instead: with two
/// OpenMP threads on busy cores, each product waits milliseconds at its barrier (docs/engine.md).
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

}  // namespace attend::engine
