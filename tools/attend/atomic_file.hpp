#pragma once

#include <filesystem>
#include <ostream>

#include "file_descriptor.hpp"
#include "output_stream.hpp"

namespace attend::tools {

/// A file that appears under its name only when it is whole: written beside it as `.NAME.attend-part`, synchronised, renamed.
/// Dropped without commit, it leaves nothing; a killed process leaves the part, which the next one overwrites.
class AtomicFile {
 public:
  /// Throws std::runtime_error with a sentence if the folder cannot be written.
  explicit AtomicFile(std::filesystem::path target);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  std::ostream& stream() noexcept { return stream_; }
  /// Throws std::runtime_error with the reason if a write has failed so far.
  void check();
  /// Throws std::runtime_error; the file that was there before then still is.
  void commit();

 private:
  std::filesystem::path target_, part_;
  FileDescriptor file_;
  OutputStream stream_;
  bool committed_ = false;
};

}  // namespace attend::tools
