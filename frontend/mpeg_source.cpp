#include "frontend/mpeg_source.hpp"

#include <mpg123.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "frontend/audio_errors.hpp"

namespace attend::frontend {
namespace {

constexpr int most_tags = 16;

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Where the sound begins behind ID3v2 tags, whose sizes have seven bits in each of four bytes.
std::int64_t behind_tags(ByteInput& bytes) {
  std::int64_t position = 0;
  for (int tag = 0; tag < most_tags; ++tag) {
    std::array<std::byte, 10> head{};
    if (bytes.read(position, head) < head.size() || !text_of(head).starts_with("ID3")) break;
    std::int64_t size = 0;
    for (std::size_t i = 6; i < 10; ++i) size = size << 7 | std::to_integer<std::int64_t>(head[i] & std::byte{0x7F});
    position += 10 + size;
  }
  return position;
}

/// Whether the file begins with a frame that counts the others (Xing's or LAME's tag). Without one its length is an estimate.
bool states_length(ByteInput& bytes) {
  std::vector<std::byte> frame(1024);
  frame.resize(bytes.read(behind_tags(bytes), frame));
  const auto text = text_of(frame);
  return text.find("Xing") != std::string_view::npos || text.find("Info") != std::string_view::npos;
}

/// libmpg123's view of the bytes.
struct View {
  std::shared_ptr<ByteInput> bytes;
  off_t position = 0;

  static ssize_t read(void* self, void* into, size_t count);
  static off_t seek(void* self, off_t offset, int whence);
};

ssize_t View::read(void* self, void* into, size_t count) {
  auto& view = *static_cast<View*>(self);
  const std::size_t done = view.bytes->read(view.position, std::span(static_cast<std::byte*>(into), count));
  view.position += static_cast<off_t>(done);
  return done == 0 && view.bytes->failure() != 0 ? -1 : static_cast<ssize_t>(done);
}

off_t View::seek(void* self, off_t offset, int whence) {
  auto& view = *static_cast<View*>(self);
  if (!view.bytes->seekable()) return -1;
  const off_t from = whence == SEEK_CUR ? view.position : whence == SEEK_END ? view.bytes->size().value_or(0) : 0;
  off_t to = 0;
  if (__builtin_add_overflow(from, offset, &to) || to < 0) return -1;
  return view.position = to;
}

struct DeleteDecoder {
  void operator()(mpg123_handle* handle) const { mpg123_delete(handle); }
};
using Decoder = std::unique_ptr<mpg123_handle, DeleteDecoder>;

Decoder make_decoder() {
  Decoder decoder(mpg123_new(nullptr, nullptr));
  if (!decoder) return decoder;
  constexpr long flags = MPG123_QUIET | MPG123_FORCE_FLOAT | MPG123_GAPLESS | MPG123_SKIP_ID3V2;
  mpg123_param(decoder.get(), MPG123_REMOVE_FLAGS, MPG123_AUTO_RESAMPLE, 0);
  mpg123_param(decoder.get(), MPG123_ADD_FLAGS, flags, 0);
  mpg123_param(decoder.get(), MPG123_RESYNC_LIMIT, -1, 0);  // go on behind any gap
  mpg123_replace_reader_handle(decoder.get(), View::read, View::seek, nullptr);
  return decoder;
}

class MpegSource final : public AudioSource {
 public:
  MpegSource(std::shared_ptr<ByteInput> bytes, std::string name) : view_{std::move(bytes)}, name_(std::move(name)) {}
  Status open();

  AudioFormat format() const override { return format_; }
  std::optional<std::int64_t> frames() const override;
  Result<std::size_t> read(std::span<float> interleaved) override;
  Result<std::int64_t> skip(std::int64_t frames) override;

 private:
  void note_format();
  Result<std::size_t> end(int reason);
  std::size_t frame_bytes() const { return sizeof(float) * static_cast<std::size_t>(format_.channels); }

  View view_;
  std::string name_;
  Decoder decoder_;
  AudioFormat format_;
  bool exact_length_ = false;
  bool is_foreign_ = false;    // the decoder's current output is in another format
  bool lost_frames_ = false;   // there was such output
  std::int64_t length_ = -1;   // frames; negative: unknown
  std::int64_t position_ = 0;  // frames
};

Status MpegSource::open() {
  exact_length_ = states_length(*view_.bytes);
  decoder_ = make_decoder();
  if (!decoder_) return fail(ErrorCode::out_of_memory, name_ + " cannot be decoded: there is no memory for a decoder of MP3");
  const auto unknown = [this] { return fail(ErrorCode::unsupported, name_ + " is not MP3 after all: convert it to WAV or FLAC"); };
  if (mpg123_open_handle(decoder_.get(), &view_) != MPG123_OK) return unknown();
  long rate = 0;
  int channels = 0, encoding = 0;
  if (mpg123_getformat(decoder_.get(), &rate, &channels, &encoding) != MPG123_OK) return unknown();
  format_ = {static_cast<int>(rate), channels};
  length_ = mpg123_length(decoder_.get());
  return check_format(format_, name_);
}

std::optional<std::int64_t> MpegSource::frames() const {
  if (length_ < 0 || (!exact_length_ && !view_.bytes->seekable())) return std::nullopt;
  return length_;
}

Result<std::size_t> MpegSource::read(std::span<float> interleaved) {
  const std::size_t wanted = interleaved.size() * sizeof(float) / frame_bytes() * frame_bytes();
  if (wanted == 0) return 0;
  while (true) {
    std::size_t done = 0;
    const int state = mpg123_read(decoder_.get(), interleaved.data(), wanted, &done);
    const std::size_t count = is_foreign_ ? 0 : done / frame_bytes();
    if (state == MPG123_NEW_FORMAT) note_format();
    position_ += static_cast<std::int64_t>(count);
    if (count > 0) return count;
    if (done == 0 && state != MPG123_NEW_FORMAT) return end(state);
  }
}

/// Frames in another format than the first are damaged ones that look like frames by accident, or a file joined on.
void MpegSource::note_format() {
  long rate = 0;
  int channels = 0, encoding = 0;
  if (mpg123_getformat(decoder_.get(), &rate, &channels, &encoding) != MPG123_OK) return;
  is_foreign_ = rate != format_.sample_rate || channels != format_.channels || encoding != MPG123_ENC_FLOAT_32;
  lost_frames_ = lost_frames_ || is_foreign_;
}

/// 0 if all that the file promised was read, else why not.
Result<std::size_t> MpegSource::end(int reason) {
  if (view_.bytes->failure() != 0) return tl::unexpected(read_failure(name_, view_.bytes->failure()));
  const auto broken = [this](const std::string& why) {
    return fail(ErrorCode::malformed, name_ + " is damaged or breaks off, of which " +
                                          seconds_text(position_, format_.sample_rate) + " were used, " + why +
                                          ": copy it again if there is a whole one");
  };
  if (reason != MPG123_DONE) return broken(std::string("where its decoder stops (") + mpg123_strerror(decoder_.get()) + ")");
  if (exact_length_ && position_ < length_)
    return broken("where its header promises " + seconds_text(length_, format_.sample_rate));
  if (lost_frames_) return broken("where frames of another sample rate or channel count had to be left out");
  return 0;
}

Result<std::int64_t> MpegSource::skip(std::int64_t frames) {
  // By decoding: a frame's sound depends on the frames before it.
  std::vector<float> block(std::size_t{4096} * static_cast<std::size_t>(format_.channels));
  std::int64_t skipped = 0;
  while (skipped < frames) {
    const auto wanted = static_cast<std::size_t>(std::min(frames - skipped, std::int64_t{4096}));
    const auto count = read(std::span(block).first(wanted * static_cast<std::size_t>(format_.channels)));
    if (!count || *count == 0) break;  // the next read tells why
    skipped += static_cast<std::int64_t>(*count);
  }
  return skipped;
}

}  // namespace

bool starts_like_mpeg(ByteInput& bytes) {
  std::array<std::byte, 4> head{};
  if (bytes.read(behind_tags(bytes), head) < head.size()) return false;
  const auto bits = [&](std::size_t byte, unsigned mask) { return std::to_integer<unsigned>(head[byte]) & mask; };
  return bits(0, 0xFF) == 0xFF && bits(1, 0xE0) == 0xE0 &&  // synchronisation
         bits(1, 0x18) != 0x08 && bits(1, 0x06) != 0 &&     // version, layer
         bits(2, 0xF0) != 0xF0 && bits(2, 0x0C) != 0x0C;    // bit rate, sample rate
}

Result<std::unique_ptr<AudioSource>> open_mpeg(std::shared_ptr<ByteInput> bytes, const std::string& name) {
  auto source = std::make_unique<MpegSource>(std::move(bytes), name);
  if (auto opened = source->open(); !opened) return tl::unexpected(std::move(opened.error()));
  return source;
}

}  // namespace attend::frontend
