#include "frontend/audio_errors.hpp"

#include <cstdio>
#include <system_error>

namespace attend::frontend {

Status check_format(const AudioFormat& format, const std::string& name) {
  if (format.sample_rate < 1000 || format.sample_rate > 768000) {
    return fail(ErrorCode::malformed, name + " states a sample rate of " + std::to_string(format.sample_rate) +
                                          " Hz, and 1,000 to 768,000 Hz can be used: check the file or the stated format");
  }
  if (format.channels < 1 || format.channels > 1024) {
    return fail(ErrorCode::malformed, name + " states " + std::to_string(format.channels) +
                                          " channels, and 1 to 1,024 can be used: check the file or the stated format");
  }
  return {};
}

std::string seconds_text(std::int64_t frames, int sample_rate) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(frames) / sample_rate);
  return text;
}

Failure read_failure(const std::string& name, int number) {
  return {ErrorCode::unreadable, name + " cannot be read any further (" + std::generic_category().message(number) +
                                     "): check the disk or connection it comes from"};
}

}  // namespace attend::frontend
