#include "audio_input.hpp"

#include <utility>

namespace attend::tools {
namespace {

class FileInput : public AudioInput {
 public:
  explicit FileInput(AudioFile file) : file_(std::move(file)) {}
  int sample_rate() const override { return file_.sample_rate(); }
  int channels() const override { return file_.channels(); }
  std::optional<double> seconds() const override { return file_.seconds(); }
  std::size_t read(std::span<float> interleaved) override { return file_.read(interleaved); }
  std::int64_t skip(std::int64_t frames) override { return file_.skip(frames); }

 private:
  AudioFile file_;
};

}  // namespace

std::unique_ptr<AudioInput> open_audio_input(const Input& input, const std::optional<RawFormat>& raw) {
  if (input.standard_input()) return std::make_unique<FileInput>(AudioFile::open_stdin(raw));
  return std::make_unique<FileInput>(raw ? AudioFile::open_raw(input.path, *raw) : AudioFile::open(input.path));
}

}  // namespace attend::tools
