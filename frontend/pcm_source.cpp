#include "frontend/pcm_source.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "frontend/audio_errors.hpp"
#include "frontend/sample_decoder.hpp"

namespace attend::frontend {
namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 16;

class PcmSource final : public AudioSource {
 public:
  PcmSource(std::shared_ptr<ByteInput> bytes, const RawFormat& format, std::string name)
      : bytes_(std::move(bytes)),
        format_(format),
        name_(std::move(name)),
        frame_bytes_(sample_size(format.format) * static_cast<std::size_t>(format.audio.channels)),
        block_(std::max(block_bytes / frame_bytes_, std::size_t{1}) * frame_bytes_) {}

  AudioFormat format() const override { return format_.audio; }
  std::optional<std::int64_t> frames() const override {
    if (!bytes_->seekable()) return std::nullopt;
    return *bytes_->size() / static_cast<std::int64_t>(frame_bytes_);
  }
  Result<std::size_t> read(std::span<float> interleaved) override;
  Result<std::int64_t> skip(std::int64_t frames) override;

 private:
  std::size_t read_block(std::size_t frames);
  Result<std::size_t> end() const;

  std::shared_ptr<ByteInput> bytes_;
  RawFormat format_;
  std::string name_;
  std::size_t frame_bytes_;
  std::vector<std::byte> block_;
  std::int64_t position_ = 0;
  std::size_t odd_bytes_ = 0;  // behind the last whole frame
};

/// Reads up to `frames` frames into the block; 0 is the end.
std::size_t PcmSource::read_block(std::size_t frames) {
  const std::size_t wanted = std::min(frames * frame_bytes_, block_.size());
  const std::size_t count = bytes_->read(position_, std::span(block_).first(wanted));
  position_ += static_cast<std::int64_t>(count);
  if (count % frame_bytes_ != 0) odd_bytes_ = count % frame_bytes_;
  return count / frame_bytes_;
}

Result<std::size_t> PcmSource::read(std::span<float> interleaved) {
  const auto channels = static_cast<std::size_t>(format_.audio.channels);
  const std::size_t wanted = interleaved.size() / channels;
  std::size_t done = 0;
  while (done < wanted) {
    const std::size_t count = read_block(wanted - done);
    if (count == 0) break;
    decode_samples(format_.format, std::span(block_).first(count * frame_bytes_),
                   interleaved.subspan(done * channels, count * channels));
    done += count;
  }
  if (done > 0 || wanted == 0) return done;
  return end();
}

Result<std::size_t> PcmSource::end() const {
  if (bytes_->failure() != 0) return tl::unexpected(read_failure(name_, bytes_->failure()));
  if (odd_bytes_ == 0) return 0;
  return fail(ErrorCode::malformed,
              name_ + " ends with " + std::to_string(odd_bytes_) + " of the " + std::to_string(frame_bytes_) +
                  " bytes of a frame: check the stated format and channels, or whether the rest of it was lost");
}

Result<std::int64_t> PcmSource::skip(std::int64_t frames) {
  if (frames <= 0) return 0;
  if (const auto length = this->frames()) {
    const std::int64_t left = std::max(std::int64_t{0}, *length - position_ / static_cast<std::int64_t>(frame_bytes_));
    const std::int64_t skipped = std::min(frames, left);
    position_ += skipped * static_cast<std::int64_t>(frame_bytes_);
    return skipped;
  }
  std::int64_t skipped = 0;
  while (skipped < frames) {
    const std::size_t count = read_block(static_cast<std::size_t>(std::min(frames - skipped, std::int64_t{1} << 20)));
    if (count == 0) break;
    skipped += static_cast<std::int64_t>(count);
  }
  return skipped;
}

}  // namespace

Result<std::unique_ptr<AudioSource>> open_pcm(std::shared_ptr<ByteInput> bytes, const RawFormat& format, const std::string& name) {
  if (auto checked = check_format(format.audio, name); !checked) return tl::unexpected(std::move(checked.error()));
  return std::make_unique<PcmSource>(std::move(bytes), format, name);
}

}  // namespace attend::frontend
