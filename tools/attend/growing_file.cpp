#include "growing_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <utility>

#include "write_failure.hpp"

namespace attend::tools {

GrowingFile::GrowingFile(std::filesystem::path path, bool overwrite) : path_(std::move(path)) {
  constexpr int mode = O_WRONLY | O_CREAT | O_CLOEXEC;
  file_ = FileDescriptor(::open(path_.c_str(), mode | O_EXCL, 0666));
  if (file_.open()) return;
  if (errno != EEXIST) fail(errno);
  if (!overwrite) throw std::runtime_error(path_.string() + " exists; choose another name, or replace it with --overwrite.");
  file_ = FileDescriptor(::open(path_.c_str(), mode | O_TRUNC, 0666));
  if (!file_.open()) fail(errno);
  kept_ = true;
}

GrowingFile::~GrowingFile() {
  if (!kept_ && file_.open()) ::unlink(path_.c_str());
}

void GrowingFile::grow(std::string_view for_good, std::string_view end) {
  std::string bytes(for_good);
  bytes += end;
  // Blank lines, which no format minds, cover what is left of a longer end: until it is cut off, or where it cannot be.
  const bool shrinks = bytes.size() < end_.size();
  if (shrinks) bytes.resize(end_.size(), '\n');
  if (const int fault = write_at(size_, bytes); fault != 0) {
    write_at(size_, end_);  // where it stood before, for which there is room
    cut_behind_end();
    fail(fault);
  }
  size_ += for_good.size();
  end_ = end;
  if (shrinks) cut_behind_end();
}

void GrowingFile::synchronise() {
  ::fdatasync(file_.number());  // pipes and devices have nothing to synchronise
}

void GrowingFile::replace(std::uint64_t offset, std::string_view bytes) {
  if (const int fault = write_at(offset, bytes); fault != 0) fail(fault);
}

int GrowingFile::write_at(std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : ENOSPC;
    offset += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

void GrowingFile::cut_behind_end() {
  [[maybe_unused]] const int cut = ::ftruncate(file_.number(), static_cast<off_t>(size_ + end_.size()));
}

void GrowingFile::fail(int fault) const {
  throw std::runtime_error(write_failure(path_, fault));
}

}  // namespace attend::tools
