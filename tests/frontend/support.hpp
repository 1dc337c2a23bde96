// What the tests of this room share: cutting, comparing, small recordings on disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "frontend/audio_source.hpp"

namespace attend::frontend::testing {

/// A folder that vanishes with the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, std::span<const std::byte> bytes) const;
  std::filesystem::path write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

std::vector<std::byte> read_bytes(const std::filesystem::path& file);

/// White noise in [-level, level].
std::vector<float> noise(std::size_t samples, std::uint32_t seed, float level = 0.5F);
std::vector<float> sine(std::size_t samples, double hz, double sample_rate, float level = 0.5F);

/// Calls `take` with `samples` cut into random blocks, empty ones among them.
template <class Take>
void cut(std::span<const float> samples, std::mt19937& random, std::size_t longest, const Take& take) {
  while (!samples.empty()) {
    const std::size_t size = std::min(samples.size(), std::uniform_int_distribution<std::size_t>(0, longest)(random));
    take(samples.first(size));
    samples = samples.subspan(size);
  }
}

/// Same bits, so that NaN and the sign of zero count.
bool same_bits(std::span<const float> a, std::span<const float> b);

/// A sound file written by libsndfile; `format` is its SF_FORMAT_… sum.
void write_sound(const std::filesystem::path& file, int format, const AudioFormat& audio, std::span<const float> interleaved);

/// The header of a WAV file of 16-bit samples that claims `data_bytes`.
std::string wav_header(const AudioFormat& audio, std::uint32_t riff_bytes, std::uint32_t data_bytes);
std::string s16le(std::span<const float> samples);

/// All samples, and the error that came after them, if any.
struct Reading {
  std::vector<float> samples;
  std::string error;
};
Reading read_all(AudioSource& source, std::size_t block_frames = 1000);

bool has_program(const std::string& name);

}  // namespace attend::frontend::testing
