#include "recording_counter.hpp"

#include <unistd.h>

#include <iostream>
#include <string>

namespace attend::tools {

RecordingCounter::RecordingCounter(std::size_t total) : total_(total), terminal_(isatty(STDERR_FILENO) != 0) {}

RecordingCounter::~RecordingCounter() {
  if (terminal_) std::cerr << "\r\x1b[K";
}

void RecordingCounter::step() {
  const auto done = ++done_;
  if (terminal_) std::cerr << ("\r" + std::to_string(done) + " of " + std::to_string(total_)) << std::flush;
}

}  // namespace attend::tools
