#include "engine/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace attend::engine {
namespace {

class Descriptor {
 public:
  explicit Descriptor(const char* path) : value_(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}  // a FIFO must not block
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int value() const { return value_; }

 private:
  int value_;
};

tl::unexpected<Failure> refused(const std::filesystem::path& file, const char* act, int number) {
  const auto code = number == ENOENT ? ErrorCode::not_found : ErrorCode::unreadable;
  return fail(code, file.string() + ": cannot " + act + " the model file (" + std::generic_category().message(number) +
                        "); check its path and permissions");
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& file) {
  const Descriptor descriptor(file.c_str());
  if (descriptor.value() < 0) return refused(file, "open", errno);
  struct stat status {};
  if (::fstat(descriptor.value(), &status) != 0) return refused(file, "examine", errno);
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::invalid_argument, file.string() + " is not a regular file; name a model file");
  }
  if (status.st_size == 0) return fail(ErrorCode::malformed, file.string() + " is empty; download or export the model again");
  const auto size = static_cast<std::size_t>(status.st_size);
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.value(), 0);
  if (address == MAP_FAILED) return refused(file, "map", errno);
  return MappedFile(std::span(static_cast<const std::byte*>(address), size));
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedFile::~MappedFile() {
  // munmap takes a void*, the map itself is read-only.
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace attend::engine
