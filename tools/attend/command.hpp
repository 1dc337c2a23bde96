/// What every command of the program has in common: how it is chosen, and the exit codes (docs/transcribe.md).
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

namespace attend::tools {

/// What the process returns. Documented in docs/transcribe.md and stable.
enum ExitCode : int {
  exit_success = 0,
  exit_failure = 1,       ///< some inputs failed
  exit_usage = 2,         ///< the command line is wrong
  exit_model = 3,         ///< the model cannot be loaded
  exit_interrupted = 130  ///< stopped by SIGINT or SIGTERM
};

/// The command that was chosen, with its options bound; returns the exit code.
using Run = std::function<int()>;

/// A failure that ends a command with one sentence and an exit code.
class CommandError : public std::runtime_error {
 public:
  CommandError(ExitCode code, const std::string& sentence) : std::runtime_error(sentence), code_(code) {}
  ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

}  // namespace attend::tools
