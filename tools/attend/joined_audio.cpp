#include "joined_audio.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace attend::tools {
namespace {

/// Even noise of this height has an RMS of 1/√3 of it.
constexpr float noise_height = 0.00044F;

std::string describe(int sample_rate, int channels) {
  return std::to_string(sample_rate) + " Hz with " + std::to_string(channels) + " channel(s)";
}

}  // namespace

JoinedAudio::JoinedAudio(std::vector<std::filesystem::path> files, std::vector<double> gaps, std::optional<RawFormat> raw)
    : files_(std::move(files)), gaps_(std::move(gaps)), raw_(raw), file_(open(files_.at(0))) {
  sample_rate_ = file_.sample_rate();
  channels_ = file_.channels();
}

AudioFile JoinedAudio::open(const std::filesystem::path& file) const {
  return raw_ ? AudioFile::open_raw(file, *raw_) : AudioFile::open(file);
}

bool JoinedAudio::go_on() {
  if (at_ >= files_.size()) return false;
  if (at_ < gaps_.size()) gap_frames_ = std::llround(gaps_[at_] * sample_rate_);
  if (++at_ == files_.size()) return gap_frames_ > 0;
  const auto& name = files_[at_];
  file_ = open(name);
  if (file_.sample_rate() != sample_rate_ || file_.channels() != channels_) {
    throw Error(Fault::unsupported, name.string() + ": has " + describe(file_.sample_rate(), file_.channels()) + ", but " +
                                        files_[0].string() + " has " + describe(sample_rate_, channels_) +
                                        "; only recordings of one format can be joined.");
  }
  return true;
}

std::size_t JoinedAudio::read_gap(std::span<float> interleaved) {
  const auto frames = std::min<std::int64_t>(gap_frames_, static_cast<std::int64_t>(interleaved.size()) / channels_);
  gap_frames_ -= frames;
  const auto samples = static_cast<std::size_t>(frames * channels_);
  constexpr auto range = static_cast<float>(std::minstd_rand::max());
  for (auto& sample : interleaved.first(samples)) sample = noise_height * (2 * static_cast<float>(noise_()) / range - 1);
  return samples;
}

std::size_t JoinedAudio::read(std::span<float> interleaved) {
  std::size_t samples = 0;
  do {
    samples = gap_frames_ > 0 ? read_gap(interleaved) : at_ < files_.size() ? file_.read(interleaved) : 0;
  } while (samples == 0 && go_on());
  frames_ += static_cast<std::int64_t>(samples) / channels_;
  return samples;
}

double JoinedAudio::seconds() const {
  return static_cast<double>(frames_) / sample_rate_;
}

}  // namespace attend::tools
