#include "atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <utility>

#include "write_failure.hpp"

namespace attend::tools {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& file, int fault) {
  throw std::runtime_error(write_failure(file, fault));
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

/// A rename is on disk only when its folder is.
void synchronise_folder(const fs::path& folder) {
  const FileDescriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.open()) ::fsync(directory.number());
}

}  // namespace

AtomicFile::AtomicFile(fs::path target)
    : target_(std::move(target)),
      part_(folder_of(target_) / (std::string(".") + target_.filename().string() + ".attend-part")),
      file_(::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)),
      stream_(file_.number()) {
  if (!file_.open()) refuse(target_, errno);
}

AtomicFile::~AtomicFile() {
  if (!committed_) ::unlink(part_.c_str());
}

void AtomicFile::check() {
  if (stream_.fault() != 0) refuse(target_, stream_.fault());
}

void AtomicFile::commit() {
  stream_.flush();
  check();
  if (::fsync(file_.number()) != 0) refuse(target_, errno);
  file_.close();
  if (::rename(part_.c_str(), target_.c_str()) != 0) refuse(target_, errno);
  committed_ = true;
  synchronise_folder(folder_of(target_));
}

}  // namespace attend::tools
