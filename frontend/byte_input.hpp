// Bytes by position: what the readers of audio formats read from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "frontend/unique_fd.hpp"

namespace attend::frontend {

/// Bytes that come once, in order.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Fewer bytes than asked for only at the end, or after a failure. Waits for them.
  virtual std::size_t read(std::span<std::byte> bytes) = 0;
  /// The system's error number if reading failed, else 0.
  virtual int failure() const = 0;
};

/// One owner, not thread-safe.
class ByteInput {
 public:
  virtual ~ByteInput() = default;
  /// Fewer bytes than asked for only where there are no more, or after a failure.
  virtual std::size_t read(std::int64_t position, std::span<std::byte> bytes) = 0;
  /// Number of bytes, as far as it is known.
  virtual std::optional<std::int64_t> size() const = 0;
  /// Whether any position can be read at any time.
  virtual bool seekable() const = 0;
  /// The system's error number if reading failed, else 0.
  virtual int failure() const = 0;
};

/// A regular file, as long as it was when it was opened.
class FileBytes final : public ByteInput {
 public:
  /// Position 0 of the bytes is `begin` in the file.
  FileBytes(UniqueFd file, std::int64_t begin, std::int64_t size);

  std::size_t read(std::int64_t position, std::span<std::byte> bytes) override;
  std::optional<std::int64_t> size() const override { return size_; }
  bool seekable() const override { return true; }
  int failure() const override { return failure_; }
  int descriptor() const { return file_.get(); }

 private:
  UniqueFd file_;
  std::int64_t begin_, size_;
  int failure_ = 0;
};

/// Bytes in memory that somebody else keeps.
class MemoryBytes final : public ByteInput {
 public:
  explicit MemoryBytes(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::size_t read(std::int64_t position, std::span<std::byte> bytes) override;
  std::optional<std::int64_t> size() const override { return static_cast<std::int64_t>(bytes_.size()); }
  bool seekable() const override { return true; }
  int failure() const override { return 0; }

 private:
  std::span<const std::byte> bytes_;
};

/// A part of other bytes.
class PartOfBytes final : public ByteInput {
 public:
  PartOfBytes(std::shared_ptr<ByteInput> whole, std::int64_t begin, std::int64_t size)
      : whole_(std::move(whole)), begin_(begin), size_(size) {}

  std::size_t read(std::int64_t position, std::span<std::byte> bytes) override;
  std::optional<std::int64_t> size() const override { return size_; }
  bool seekable() const override { return whole_->seekable(); }
  int failure() const override { return whole_->failure(); }

 private:
  std::shared_ptr<ByteInput> whole_;
  std::int64_t begin_, size_;
};

/// A stream whose first `window` bytes are kept, so that a header can be read more than once. Positions behind the window can be
/// read in rising order only; a position that would need a jump over bytes behind the window reads as the end, so that a reader
/// that looks for chunks behind the sound does not swallow the sound.
class StreamBytes final : public ByteInput {
 public:
  static constexpr std::size_t window = std::size_t{1} << 20;

  explicit StreamBytes(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

  std::size_t read(std::int64_t position, std::span<std::byte> bytes) override;
  /// Known once the stream has ended.
  std::optional<std::int64_t> size() const override { return ended_ ? std::optional(consumed_) : std::nullopt; }
  bool seekable() const override { return false; }
  int failure() const override { return stream_->failure(); }

 private:
  std::size_t take(std::span<std::byte> bytes);

  std::unique_ptr<ByteStream> stream_;
  std::vector<std::byte> head_;
  std::int64_t consumed_ = 0;
  bool ended_ = false;
};

/// A pipe, terminal, socket or device.
class DescriptorStream final : public ByteStream {
 public:
  explicit DescriptorStream(UniqueFd descriptor) : descriptor_(std::move(descriptor)) {}

  std::size_t read(std::span<std::byte> bytes) override;
  int failure() const override { return failure_; }

 private:
  UniqueFd descriptor_;
  int failure_ = 0;
};

/// Copies all that comes into a temporary file without a name. Fails with the system's reason.
Result<std::shared_ptr<FileBytes>> spool(StreamBytes& stream);

}  // namespace attend::frontend
