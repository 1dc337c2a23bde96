#include "frontend/ffmpeg_source.hpp"

#include <utility>

#include "frontend/audio_errors.hpp"
#include "frontend/child_process.hpp"
#include "frontend/sndfile_source.hpp"

namespace attend::frontend {
namespace {

/// Hands a child's bytes to their reader, and keeps the child within reach of those who ask how it ended.
class ChildOutput final : public ByteStream {
 public:
  explicit ChildOutput(std::shared_ptr<ChildProcess> child) : child_(std::move(child)) {}
  std::size_t read(std::span<std::byte> bytes) override { return child_->read(bytes); }
  int failure() const override { return child_->failure(); }

 private:
  std::shared_ptr<ChildProcess> child_;
};

class FfmpegSource final : public AudioSource {
 public:
  FfmpegSource(std::shared_ptr<FileBytes> input, std::shared_ptr<ChildProcess> child, std::unique_ptr<AudioSource> decoded,
               std::string name)
      : input_(std::move(input)), child_(std::move(child)), decoded_(std::move(decoded)), name_(std::move(name)) {}

  AudioFormat format() const override { return decoded_->format(); }
  std::optional<std::int64_t> frames() const override { return std::nullopt; }
  Result<std::size_t> read(std::span<float> interleaved) override;
  Result<std::int64_t> skip(std::int64_t frames) override;

 private:
  std::shared_ptr<FileBytes> input_;  // open for as long as the child reads it
  std::shared_ptr<ChildProcess> child_;
  std::unique_ptr<AudioSource> decoded_;
  std::string name_;
  std::int64_t position_ = 0;  // frames
};

Result<std::size_t> FfmpegSource::read(std::span<float> interleaved) {
  auto count = decoded_->read(interleaved);
  if (!count || interleaved.size() < static_cast<std::size_t>(format().channels)) return count;
  position_ += static_cast<std::int64_t>(*count);
  if (*count > 0) return count;
  const bool succeeded = child_->succeeded();
  // A file that is cut short lets ffmpeg complain and succeed all the same.
  if (succeeded && child_->last_words().empty()) return 0;
  const std::string said = child_->last_words().empty() ? "it ended early" : child_->last_words();
  return fail(ErrorCode::malformed, name_ + " is damaged or breaks off, of which " + seconds_text(position_, format().sample_rate) +
                                        " were used (ffmpeg: " + said + "): copy it again if there is a whole one");
}

Result<std::int64_t> FfmpegSource::skip(std::int64_t frames) {
  auto skipped = decoded_->skip(frames);
  if (skipped) position_ += *skipped;
  return skipped;
}

Result<std::unique_ptr<AudioSource>> open_child(const std::string& url, std::shared_ptr<FileBytes> input, const std::string& name) {
  // AU, because its header can say "of unknown length". Only local files: a playlist must not make ffmpeg call other machines.
  const std::vector<std::string> arguments{"ffmpeg",    "-v",  "error", "-nostdin", "-protocol_whitelist", "file", "-i",
                                           url,         "-vn", "-sn",   "-dn",      "-map_metadata",       "-1",   "-c:a",
                                           "pcm_f32be", "-f",  "au",    "pipe:1"};
  auto started = ChildProcess::start(arguments, input ? input->descriptor() : -1);
  if (!started) {
    auto error = std::move(started.error());
    if (error.code != ErrorCode::not_found)
      error.message = name + " needs ffmpeg, which cannot be started (" + error.message + "): try again";
    return tl::unexpected(std::move(error));
  }
  const std::shared_ptr<ChildProcess> child = std::move(*started);
  auto decoded = open_sndfile(std::make_shared<StreamBytes>(std::make_unique<ChildOutput>(child)), name);
  if (decoded) return std::make_unique<FfmpegSource>(std::move(input), child, std::move(*decoded), name);
  if (decoded.error().code != ErrorCode::unsupported) return decoded;
  child->succeeded();
  const std::string said = child->last_words().empty() ? "no sound in it" : child->last_words();
  return fail(ErrorCode::malformed, name + " holds no sound that Attend or ffmpeg can read (ffmpeg: " + said +
                                        "): check that it is a recording, and whole");
}

}  // namespace

Result<std::unique_ptr<AudioSource>> open_ffmpeg(const std::filesystem::path& file, const std::string& name) {
  return open_child("file:" + file.string(), nullptr, name);  // the prefix keeps names like "-x" or "http:…" names of files
}

Result<std::unique_ptr<AudioSource>> open_ffmpeg(std::shared_ptr<FileBytes> file, const std::string& name) {
  return open_child("file:/dev/stdin", std::move(file), name);
}

}  // namespace attend::frontend
