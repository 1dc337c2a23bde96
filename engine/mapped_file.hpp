// A file's bytes as memory: a private, read-only map.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "base/result.hpp"

namespace attend::engine {

/// Movable owner of one map. The file must not be cut short or written over while it is mapped: the system answers a read beyond
/// its new end with SIGBUS. Whoever replaces a file should rename a new one over it, which leaves the map untouched.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::filesystem::path& file);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::span<const std::byte> bytes_;
};

}  // namespace attend::engine
