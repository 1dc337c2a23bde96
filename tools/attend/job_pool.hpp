#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

namespace attend::tools {

/// Runs job(0) … job(count - 1) on `threads` threads and returns when all are done. `job` must not throw.
/// SIGINT and SIGTERM ask `stop`: jobs in work see it through their token, later ones are not begun. Who doesn't end within some
/// seconds (blocked on a pipe that gives nothing), or at a second signal, is left behind: `abandon` is called, which must not
/// return. Returns whether a signal came.
bool run_jobs(std::size_t count, int threads, std::stop_source stop, const std::function<void(std::size_t)>& job,
              const std::function<void()>& abandon);

}  // namespace attend::tools
