#include "support.hpp"

#include <sndfile.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp is POSIX

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <numbers>
#include <stdexcept>

namespace attend::frontend::testing {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "attend_frontend_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TemporaryFolder::write(const std::string& name, std::span<const std::byte> bytes) const {
  const auto file = path_ / name;
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return file;
}

std::filesystem::path TemporaryFolder::write(const std::string& name, const std::string& text) const {
  return write(name, std::as_bytes(std::span(text)));
}

std::vector<std::byte> read_bytes(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::vector<float> noise(std::size_t samples, std::uint32_t seed, float level) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> value(-level, level);
  std::vector<float> result(samples);
  std::generate(result.begin(), result.end(), [&] { return value(random); });
  return result;
}

std::vector<float> sine(std::size_t samples, double hz, double sample_rate, float level) {
  std::vector<float> result(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    result[i] = static_cast<float>(level * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / sample_rate));
  }
  return result;
}

bool same_bits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

void write_sound(const std::filesystem::path& file, int format, const AudioFormat& audio, std::span<const float> interleaved) {
  SF_INFO info{};
  info.samplerate = audio.sample_rate;
  info.channels = audio.channels;
  info.format = format;
  SNDFILE* handle = sf_open(file.c_str(), SFM_WRITE, &info);
  if (handle == nullptr) throw std::runtime_error(sf_strerror(nullptr));
  // In small pieces, because libsndfile's Vorbis encoder keeps what it is given at once on the stack.
  const std::size_t piece = std::size_t{4096} * static_cast<std::size_t>(audio.channels);
  for (std::size_t i = 0; i < interleaved.size(); i += piece) {
    const auto some = interleaved.subspan(i, std::min(piece, interleaved.size() - i));
    sf_write_float(handle, some.data(), static_cast<sf_count_t>(some.size()));
  }
  sf_close(handle);
}

namespace {

void append(std::string& bytes, std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
}

}  // namespace

std::string wav_header(const AudioFormat& audio, std::uint32_t riff_bytes, std::uint32_t data_bytes) {
  const auto rate = static_cast<std::uint32_t>(audio.sample_rate), channels = static_cast<std::uint32_t>(audio.channels);
  std::string bytes = "RIFF";
  append(bytes, riff_bytes, 4);
  bytes += "WAVEfmt ";
  append(bytes, 16, 4);
  append(bytes, 1, 2);
  append(bytes, channels, 2);
  append(bytes, rate, 4);
  append(bytes, rate * channels * 2, 4);
  append(bytes, channels * 2, 2);
  append(bytes, 16, 2);
  bytes += "data";
  append(bytes, data_bytes, 4);
  return bytes;
}

std::string s16le(std::span<const float> samples) {
  std::string bytes;
  for (const float sample : samples) append(bytes, static_cast<std::uint32_t>(std::lround(sample * 32767)), 2);
  return bytes;
}

Reading read_all(AudioSource& source, std::size_t block_frames) {
  Reading reading;
  const auto channels = static_cast<std::size_t>(source.format().channels);
  std::vector<float> block(block_frames * channels);
  while (true) {
    const auto count = source.read(block);
    if (!count) {
      reading.error = count.error().message;
      return reading;
    }
    if (*count == 0) return reading;
    reading.samples.insert(reading.samples.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(*count * channels));
  }
}

bool has_program(const std::string& name) {
  return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0;
}  // NOLINT

}  // namespace attend::frontend::testing
