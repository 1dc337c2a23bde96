#include "frontend/sndfile_source.hpp"

#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <mutex>
#include <utility>
#include <vector>

#include "frontend/audio_errors.hpp"
#include "frontend/container.hpp"
#include "frontend/ogg_pages.hpp"

namespace attend::frontend {
namespace {

/// More than any file, for a stream of unknown length.
constexpr sf_count_t endless = sf_count_t{1} << 60;

struct CloseSndfile {
  void operator()(SNDFILE* file) const { sf_close(file); }
};

/// libsndfile's view of the bytes: a position, and patches over the header.
class View {
 public:
  View(std::shared_ptr<ByteInput> bytes, std::vector<Container::Patch> patches)
      : bytes_(std::move(bytes)), patches_(std::move(patches)) {}

  ByteInput& bytes() const { return *bytes_; }
  sf_count_t length() const { return bytes_->size().value_or(endless); }
  sf_count_t tell() const { return position_; }
  sf_count_t seek(sf_count_t offset, int whence);
  sf_count_t read(std::span<std::byte> into);

  static SF_VIRTUAL_IO callbacks();

 private:
  std::shared_ptr<ByteInput> bytes_;
  std::vector<Container::Patch> patches_;
  sf_count_t position_ = 0;
};

sf_count_t View::seek(sf_count_t offset, int whence) {
  const sf_count_t from = whence == SEEK_CUR ? position_ : whence == SEEK_END ? length() : 0;
  sf_count_t to = 0;
  if (__builtin_add_overflow(from, offset, &to) || to < 0) return -1;
  return position_ = to;
}

sf_count_t View::read(std::span<std::byte> into) {
  const auto count = static_cast<sf_count_t>(bytes_->read(position_, into));
  for (const auto& patch : patches_) {
    for (sf_count_t i = 0; i < 4; ++i) {
      const sf_count_t at = patch.position + i - position_;
      if (at >= 0 && at < count) into[static_cast<std::size_t>(at)] = patch.bytes[static_cast<std::size_t>(i)];
    }
  }
  position_ += count;
  return count;
}

SF_VIRTUAL_IO View::callbacks() {
  SF_VIRTUAL_IO io{};
  io.get_filelen = [](void* view) { return static_cast<View*>(view)->length(); };
  io.seek = [](sf_count_t offset, int whence, void* view) { return static_cast<View*>(view)->seek(offset, whence); };
  io.read = [](void* into, sf_count_t count, void* view) {
    return static_cast<View*>(view)->read(
        std::span(static_cast<std::byte*>(into), static_cast<std::size_t>(std::max(count, sf_count_t{0}))));
  };
  io.write = [](const void*, sf_count_t, void*) { return sf_count_t{0}; };
  io.tell = [](void* view) { return static_cast<View*>(view)->tell(); };
  return io;
}

/// How far the position within the sound can be trusted.
struct Kind {
  bool exact_seek = false;    // seeking lands on the frame, with the decoder's state as if it had read up to there
  bool exact_length = false;  // the length that libsndfile tells comes from a promise in the file, not from an estimate
};

Kind kind_of(int format) {
  const int codec = format & SF_FORMAT_SUBMASK;
  switch (format & SF_FORMAT_TYPEMASK) {
    case SF_FORMAT_FLAC:
      return {.exact_seek = true, .exact_length = true};
    case SF_FORMAT_OGG:
      return {.exact_seek = false, .exact_length = true};
    default:
      break;
  }
  const bool plain = codec <= SF_FORMAT_DOUBLE || codec == SF_FORMAT_ULAW || codec == SF_FORMAT_ALAW;
  return {.exact_seek = plain, .exact_length = false};
}

/// libsndfile's MPEG decoder writes its complaints to standard error and cannot be told not to; see mpeg_source.hpp.
bool is_mpeg(int format) {
  const int codec = format & SF_FORMAT_SUBMASK;
  return codec == SF_FORMAT_MPEG_LAYER_I || codec == SF_FORMAT_MPEG_LAYER_II || codec == SF_FORMAT_MPEG_LAYER_III;
}

/// Opening writes to buffers of libsndfile that the whole process shares, also where it fails. The lock is never held while a
/// stream is waited for: what libsndfile looks at behind the header has been read before (see open_sndfile).
SNDFILE* open_alone(SF_VIRTUAL_IO& io, SF_INFO& info, View& view) {
  static std::mutex opening;
  const std::lock_guard lock(opening);
  return sf_open_virtual(&io, SFM_READ, &info, &view);
}

class SndfileSource final : public AudioSource {
 public:
  SndfileSource(std::unique_ptr<View> view, std::optional<Container> container, std::string name)
      : view_(std::move(view)), container_(std::move(container)), name_(std::move(name)) {}
  Status open();

  AudioFormat format() const override { return {info_.samplerate, info_.channels}; }
  std::optional<std::int64_t> frames() const override;
  Result<std::size_t> read(std::span<float> interleaved) override;
  Result<std::int64_t> skip(std::int64_t frames) override;

 private:
  Result<std::size_t> end();
  std::int64_t missing_bytes() const;
  std::string how_far() const { return seconds_text(position_, info_.samplerate); }

  std::unique_ptr<View> view_;
  std::optional<Container> container_;
  std::string name_;
  SF_INFO info_{};
  Kind kind_;
  std::unique_ptr<SNDFILE, CloseSndfile> file_;
  std::int64_t position_ = 0;  // frames
  std::string damage_;         // what libsndfile said about the first error
};

Status SndfileSource::open() {
  SF_VIRTUAL_IO io = View::callbacks();
  file_.reset(open_alone(io, info_, *view_));
  if (view_->bytes().failure() != 0) return tl::unexpected(read_failure(name_, view_->bytes().failure()));
  if (!file_ || is_mpeg(info_.format))
    return fail(ErrorCode::unsupported, name_ + " is in no format that libsndfile reads: convert it to WAV or FLAC");
  kind_ = kind_of(info_.format);
  return check_format(format(), name_);
}

std::optional<std::int64_t> SndfileSource::frames() const {
  const bool known = view_->bytes().seekable() || (container_ && container_->stated);
  if (!known || info_.frames < 0 || info_.frames >= endless / 1024) return std::nullopt;
  return info_.frames;
}

Result<std::size_t> SndfileSource::read(std::span<float> interleaved) {
  const auto wanted = static_cast<sf_count_t>(interleaved.size() / static_cast<std::size_t>(info_.channels));
  if (wanted == 0) return 0;
  const sf_count_t count = sf_readf_float(file_.get(), interleaved.data(), wanted);
  // libsndfile forgets an error with the next call.
  if (sf_error(file_.get()) != SF_ERR_NO_ERROR && damage_.empty()) damage_ = sf_strerror(file_.get());
  if (count <= 0) return end();
  position_ += count;
  return static_cast<std::size_t>(count);
}

/// 0 if all that the file promised was read, else why not.
Result<std::size_t> SndfileSource::end() {
  const auto broken = [this](const std::string& why) {
    return fail(ErrorCode::malformed, name_ + " breaks off after " + how_far() + ", " + why +
                                          ": up to there it was used; copy it again if there is a whole one");
  };
  if (view_->bytes().failure() != 0) return tl::unexpected(read_failure(name_, view_->bytes().failure()));
  if (const auto missing = missing_bytes(); missing > 0)
    return broken("where its header promises " + std::to_string(missing) + " bytes more");
  if (kind_.exact_length && info_.frames < endless / 1024 && position_ < info_.frames) {
    return broken("where its header promises " + seconds_text(info_.frames, info_.samplerate));
  }
  if (!damage_.empty()) return broken("where libsndfile finds it damaged (" + damage_ + ")");
  if ((info_.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_OGG && ogg_is_cut(view_->bytes()))
    return broken("in the middle of an Ogg page");
  return 0;
}

std::int64_t SndfileSource::missing_bytes() const {
  const auto size = view_->bytes().size();
  if (!container_ || !container_->stated || !size) return 0;
  return *container_->stated - std::max(std::int64_t{0}, *size - container_->begin);
}

Result<std::int64_t> SndfileSource::skip(std::int64_t frames) {
  if (frames <= 0) return 0;
  if (kind_.exact_seek && view_->bytes().seekable()) {
    const std::int64_t target = std::min(position_ + frames, std::max(position_, std::int64_t{info_.frames}));
    if (sf_seek(file_.get(), target, SEEK_SET) == target) return target - std::exchange(position_, target);
    sf_seek(file_.get(), position_, SEEK_SET);
  }
  std::vector<float> block(std::size_t{4096} * static_cast<std::size_t>(info_.channels));
  std::int64_t skipped = 0;
  while (skipped < frames) {
    const auto wanted = static_cast<std::size_t>(std::min(frames - skipped, std::int64_t{4096}));
    const sf_count_t count = sf_readf_float(file_.get(), block.data(), static_cast<sf_count_t>(wanted));
    if (sf_error(file_.get()) != SF_ERR_NO_ERROR && damage_.empty()) damage_ = sf_strerror(file_.get());
    if (count <= 0) break;
    position_ += count;
    skipped += count;
  }
  return skipped;
}

}  // namespace

Result<std::unique_ptr<AudioSource>> open_sndfile(std::shared_ptr<ByteInput> bytes, const std::string& name) {
  auto container = read_container(*bytes);
  if (!bytes->seekable() && !container) {
    return fail(ErrorCode::unsupported, name + " is neither WAV nor AU, which alone can be read from a stream: send one of these");
  }
  if (container && container->stated) {
    // libsndfile looks for a chunk behind the sound, which a short stream has yet to send.
    std::array<std::byte, 64> behind{};
    bytes->read(container->begin + *container->stated, behind);
  }
  auto patches = container ? container->patches : std::vector<Container::Patch>{};
  auto source =
      std::make_unique<SndfileSource>(std::make_unique<View>(std::move(bytes), std::move(patches)), std::move(container), name);
  if (auto opened = source->open(); !opened) return tl::unexpected(std::move(opened.error()));
  return source;
}

}  // namespace attend::frontend
