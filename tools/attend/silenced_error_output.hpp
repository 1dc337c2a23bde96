#pragma once

#include <fcntl.h>
#include <unistd.h>

#include "file_descriptor.hpp"

namespace attend::tools {

/// While this lives, what anybody writes to standard error is dropped: PortAudio prints there when a device vanishes, on a thread
/// of its own, in the middle of captions.
class SilencedErrorOutput {
 public:
  SilencedErrorOutput() : before_(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)) {
    const FileDescriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    if (before_.open() && nowhere.open()) ::dup2(nowhere.number(), STDERR_FILENO);
  }
  ~SilencedErrorOutput() {
    if (before_.open()) ::dup2(before_.number(), STDERR_FILENO);
  }
  SilencedErrorOutput(const SilencedErrorOutput&) = delete;
  SilencedErrorOutput& operator=(const SilencedErrorOutput&) = delete;

 private:
  FileDescriptor before_;
};

}  // namespace attend::tools
