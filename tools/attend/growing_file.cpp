#include "growing_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace attend::tools {

GrowingFile::GrowingFile(std::filesystem::path path, bool overwrite) : path_(std::move(path)) {
  const int mode = O_WRONLY | O_CREAT | O_CLOEXEC | (overwrite ? O_TRUNC : O_EXCL);
  file_ = FileDescriptor(::open(path_.c_str(), mode, 0666));
  if (file_.open()) return;
  if (errno == EEXIST) throw std::runtime_error(path_.string() + " exists; choose another name, or replace it with --overwrite.");
  fail(errno);
}

void GrowingFile::grow(std::string_view for_good, std::string_view end) {
  std::string bytes(for_good);
  bytes += end;
  write_at(size_, bytes);
  const bool shrinks = bytes.size() < end_size_;
  size_ += for_good.size();
  end_size_ = end.size();
  if (shrinks && ::ftruncate(file_.number(), static_cast<off_t>(size_ + end_size_)) != 0) fail(errno);
}

void GrowingFile::synchronise() {
  ::fdatasync(file_.number());  // pipes and devices have nothing to synchronise
}

void GrowingFile::replace(std::uint64_t offset, std::string_view bytes) {
  write_at(offset, bytes);
}

void GrowingFile::write_at(std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(written < 0 ? errno : ENOSPC);
    offset += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void GrowingFile::fail(int fault) const {
  throw std::runtime_error(path_.string() + " cannot be written: " + std::strerror(fault) + ".");
}

}  // namespace attend::tools
