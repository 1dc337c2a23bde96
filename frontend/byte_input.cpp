#include "frontend/byte_input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

namespace attend::frontend {
namespace {

Status write_all(int file, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(ErrorCode::unreadable, std::generic_category().message(errno));
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

FileBytes::FileBytes(UniqueFd file, std::int64_t begin, std::int64_t size) : file_(std::move(file)), begin_(begin), size_(size) {}

std::size_t FileBytes::read(std::int64_t position, std::span<std::byte> bytes) {
  if (position < 0 || position >= size_) return 0;
  const std::size_t wanted = std::min(bytes.size(), static_cast<std::size_t>(size_ - position));
  std::size_t done = 0;
  while (done < wanted) {
    const ssize_t count =
        pread(file_.get(), bytes.data() + done, wanted - done, begin_ + position + static_cast<std::int64_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) failure_ = errno;
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

std::size_t MemoryBytes::read(std::int64_t position, std::span<std::byte> bytes) {
  if (position < 0 || std::cmp_greater_equal(position, bytes_.size())) return 0;
  const auto rest = bytes_.subspan(static_cast<std::size_t>(position));
  const std::size_t count = std::min(rest.size(), bytes.size());
  std::copy_n(rest.begin(), count, bytes.begin());
  return count;
}

std::size_t PartOfBytes::read(std::int64_t position, std::span<std::byte> bytes) {
  if (position < 0 || position >= size_) return 0;
  const auto left = static_cast<std::uint64_t>(size_ - position);
  return whole_->read(begin_ + position, bytes.first(static_cast<std::size_t>(std::min(left, std::uint64_t{bytes.size()}))));
}

std::size_t StreamBytes::read(std::int64_t position, std::span<std::byte> bytes) {
  if (position < 0 || bytes.empty()) return 0;
  std::size_t done = 0;
  if (std::cmp_less(position, window)) {
    // All up to the end of what is wanted, or of the window, goes through the head.
    const std::size_t end = std::min(window, static_cast<std::size_t>(position) + bytes.size());
    if (head_.size() < end) {
      const std::size_t before = head_.size();
      head_.resize(end);
      head_.resize(before + take(std::span(head_).subspan(before)));
    }
    if (std::cmp_greater_equal(position, head_.size())) return 0;
    const auto kept = std::span(head_).subspan(static_cast<std::size_t>(position));
    done = std::min(kept.size(), bytes.size());
    std::copy_n(kept.begin(), done, bytes.begin());
  }
  if (done == bytes.size() || position + static_cast<std::int64_t>(done) != consumed_) return done;
  return done + take(bytes.subspan(done));
}

std::size_t StreamBytes::take(std::span<std::byte> bytes) {
  if (ended_) return 0;
  const std::size_t count = stream_->read(bytes);
  consumed_ += static_cast<std::int64_t>(count);
  ended_ = count < bytes.size();
  return count;
}

std::size_t DescriptorStream::read(std::span<std::byte> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::read(descriptor_.get(), bytes.data() + done, bytes.size() - done);
    if (count > 0) {
      done += static_cast<std::size_t>(count);
    } else if (count == 0) {
      break;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {  // whoever gave us the descriptor made it non-blocking
      pollfd ready{.fd = descriptor_.get(), .events = POLLIN, .revents = 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      failure_ = errno;
      break;
    }
  }
  return done;
}

Result<std::shared_ptr<FileBytes>> spool(StreamBytes& stream) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::tmpfile());
  UniqueFd copy(file ? fcntl(fileno(file.get()), F_DUPFD_CLOEXEC, 3) : -1);
  if (!copy) return fail(ErrorCode::unreadable, std::generic_category().message(errno));
  std::vector<std::byte> block(std::size_t{1} << 16);
  std::int64_t size = 0;
  while (const std::size_t count = stream.read(size, block)) {
    if (auto written = write_all(copy.get(), std::span(block).first(count)); !written)
      return tl::unexpected(std::move(written.error()));
    size += static_cast<std::int64_t>(count);
  }
  if (stream.failure() != 0) return fail(ErrorCode::unreadable, std::generic_category().message(stream.failure()));
  return std::make_shared<FileBytes>(std::move(copy), 0, size);
}

}  // namespace attend::frontend
