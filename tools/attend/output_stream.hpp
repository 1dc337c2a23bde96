#pragma once

#include <array>
#include <ostream>
#include <streambuf>

namespace attend::tools {

/// Buffered writing to a file descriptor, which it does not own. Unlike std::ofstream it tells why a write failed.
class OutputBuffer : public std::streambuf {
 public:
  explicit OutputBuffer(int descriptor);

  /// errno of the first write that failed, else 0. Nothing is written after it.
  int fault() const noexcept { return fault_; }

 protected:
  int_type overflow(int_type character) override;
  int sync() override;

 private:
  int descriptor_;
  int fault_ = 0;
  std::array<char, 1 << 16> buffer_{};
};

class OutputStream : public std::ostream {
 public:
  explicit OutputStream(int descriptor) : std::ostream(nullptr), buffer_(descriptor) { rdbuf(&buffer_); }
  int fault() const noexcept { return buffer_.fault(); }

 private:
  OutputBuffer buffer_;
};

}  // namespace attend::tools
