#include "language/whole_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace attend::language {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  int value() const { return value_; }
  bool close() { return value_ < 0 || ::close(std::exchange(value_, -1)) == 0; }

 private:
  int value_;
};

tl::unexpected<Failure> refused(const fs::path& file, const char* act, int number) {
  const auto code = number == ENOENT ? ErrorCode::not_found : ErrorCode::unreadable;
  return fail(code, file.string() + ": cannot " + act + " the language model (" + std::generic_category().message(number) +
                        "); check its path, permissions and room on the disk");
}

/// 0, or the number of the fault.
int write_all(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0 ? 0 : errno;
}

}  // namespace

Result<std::vector<std::byte>> read_file(const fs::path& file) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a FIFO must not block
  if (descriptor.value() < 0) return refused(file, "open", errno);
  struct stat status {};
  if (::fstat(descriptor.value(), &status) != 0) return refused(file, "examine", errno);
  if (!S_ISREG(status.st_mode))
    return fail(ErrorCode::invalid_argument, file.string() + " is not a regular file; name a language model");
  std::vector<std::byte> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const auto got = ::read(descriptor.value(), bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refused(file, "read", errno);
    if (got == 0) break;  // it became shorter meanwhile
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

Status write_file(const fs::path& file, std::span<const std::byte> bytes) {
  const fs::path part = file.string() + ".part" + std::to_string(::getpid());
  Descriptor descriptor(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (descriptor.value() < 0) return refused(file, "write", errno);
  int fault = write_all(descriptor.value(), bytes);
  if (!descriptor.close() && fault == 0) fault = errno;
  if (fault == 0 && ::rename(part.c_str(), file.c_str()) != 0) fault = errno;
  if (fault == 0) return {};
  ::unlink(part.c_str());
  return refused(file, "write", fault);
}

}  // namespace attend::language
