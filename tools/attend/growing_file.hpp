#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "file_descriptor.hpp"

namespace attend::tools {

/// A file that is valid at any moment of its growth: what has been written for good, and an end that the next growth replaces. Both
/// go out in one write, so that a process that is killed leaves the file as it was before or as it is after; a growth for which the
/// disk has no room leaves it as it was.
class GrowingFile {
 public:
  /// Throws std::runtime_error with a sentence if it cannot be made, or exists and `overwrite` isn't set.
  GrowingFile(std::filesystem::path path, bool overwrite);
  /// A file that is new, and that nobody kept, is removed.
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  /// Throws std::runtime_error with a sentence.
  void grow(std::string_view for_good, std::string_view end = {});
  /// Writes within what stands, such as sizes in a header.
  void replace(std::uint64_t offset, std::string_view bytes);
  /// There is something in it that its user wants.
  void keep() { kept_ = true; }

  /// What was written outlasts a loss of power. Waits for the disk.
  void synchronise();

  std::uint64_t size() const { return size_; }  ///< of what stands for good

 private:
  /// An errno; 0: all was written.
  int write_at(std::uint64_t offset, std::string_view bytes);
  void cut_behind_end();
  [[noreturn]] void fail(int fault) const;

  std::filesystem::path path_;
  FileDescriptor file_;
  bool kept_ = false;
  std::uint64_t size_ = 0;
  std::string end_;
};

}  // namespace attend::tools
