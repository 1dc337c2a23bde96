#include <memory>
#include <optional>
#include <utility>

#include "frontend/open_audio.hpp"
#include "sdk/raise.hpp"
#include "sdk/sample_formats.hpp"

namespace attend {

struct AudioFile::Impl {
  std::unique_ptr<frontend::AudioSource> source;
};

namespace {

frontend::RawFormat inner(const RawFormat& format) {
  return {{format.sample_rate, format.channels}, sdk::inner(format.format)};
}

}  // namespace

AudioFile::AudioFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AudioFile::~AudioFile() = default;
AudioFile::AudioFile(AudioFile&&) noexcept = default;
AudioFile& AudioFile::operator=(AudioFile&&) noexcept = default;

AudioFile AudioFile::open(const std::filesystem::path& file) {
  return AudioFile(std::make_unique<Impl>(Impl{sdk::value_or_raise(frontend::open_audio(file))}));
}

AudioFile AudioFile::open_raw(const std::filesystem::path& file, const RawFormat& format) {
  return AudioFile(std::make_unique<Impl>(Impl{sdk::value_or_raise(frontend::open_raw(file, inner(format)))}));
}

AudioFile AudioFile::open_stdin(const std::optional<RawFormat>& format) {
  auto source = format ? frontend::open_stdin_raw(inner(*format)) : frontend::open_stdin();
  return AudioFile(std::make_unique<Impl>(Impl{sdk::value_or_raise(std::move(source))}));
}

int AudioFile::sample_rate() const noexcept {
  return impl_->source->format().sample_rate;
}

int AudioFile::channels() const noexcept {
  return impl_->source->format().channels;
}

std::optional<double> AudioFile::seconds() const noexcept {
  const auto frames = impl_->source->frames();
  if (!frames) return std::nullopt;
  return static_cast<double>(*frames) / sample_rate();
}

std::size_t AudioFile::read(std::span<float> interleaved) {
  const auto channel_count = static_cast<std::size_t>(channels());
  if (interleaved.size() < channel_count) {
    throw Error(Fault::invalid_argument,
                "AudioFile::read was given room for less than one frame; give it at least as many samples as channels");
  }
  const std::size_t whole_frames = interleaved.size() - interleaved.size() % channel_count;
  return sdk::value_or_raise(impl_->source->read(interleaved.first(whole_frames))) * channel_count;
}

std::int64_t AudioFile::skip(std::int64_t frames) {
  if (frames < 0) throw Error(Fault::invalid_argument, "AudioFile::skip goes forward only; give it a positive number of frames");
  return sdk::value_or_raise(impl_->source->skip(frames));
}

}  // namespace attend
