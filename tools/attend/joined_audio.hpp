#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "attend/attend.hpp"

namespace attend::tools {

/// Audio files played one after the other, with gaps between them, as one source of samples. Gaps hold faint noise (RMS −72 dB of
/// full scale, the same every time): recordings have no digital silence. Belongs to one thread at a time.
class JoinedAudio {
 public:
  /// `gaps`: seconds between one file and the next, one fewer than files, or as many: then the last gap is played behind the last
  /// file. Opens the first file. Throws attend::Error.
  JoinedAudio(std::vector<std::filesystem::path> files, std::vector<double> gaps, std::optional<RawFormat> raw);

  int sample_rate() const { return sample_rate_; }
  int channels() const { return channels_; }
  /// Fills with interleaved samples; returns how many were read, 0 at the end. Throws attend::Error if a file breaks off, or has
  /// another rate or other channels than the first: recordings that are joined must agree, because nothing is resampled here.
  std::size_t read(std::span<float> interleaved);
  /// Of all samples returned so far.
  double seconds() const;

 private:
  AudioFile open(const std::filesystem::path& file) const;
  /// Goes on to the next gap and file; false behind the last.
  bool go_on();
  std::size_t read_gap(std::span<float> interleaved);

  std::vector<std::filesystem::path> files_;
  std::vector<double> gaps_;
  std::optional<RawFormat> raw_;
  std::size_t at_ = 0;
  AudioFile file_;
  int sample_rate_ = 0;
  int channels_ = 0;
  std::int64_t gap_frames_ = 0;  ///< of the current gap, yet to be delivered
  std::int64_t frames_ = 0;
  std::minstd_rand noise_{1};
};

}  // namespace attend::tools
