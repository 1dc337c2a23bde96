#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>

#include "file_descriptor.hpp"

namespace attend::tools::test {

/// A pipe that is read when the test says so.
struct Pipe {
  Pipe() {
    std::signal(SIGPIPE, SIG_IGN);  // as the program has it
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) == 0) {
      out = FileDescriptor(ends[0]);
      in = FileDescriptor(ends[1]);
    }
  }

  /// All until its writers have closed it, or so many bytes.
  std::string read(std::size_t most = std::string::npos) const {
    std::string got;
    std::array<char, 4096> block{};
    while (got.size() < most) {
      const ssize_t count = ::read(out.number(), block.data(), std::min(block.size(), most - got.size()));
      if (count <= 0) break;
      got.append(block.data(), static_cast<std::size_t>(count));
    }
    return got;
  }

  FileDescriptor in, out;
};

}  // namespace attend::tools::test
