#include "pcm_decoder.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string_view>

namespace attend::tools {
namespace {

std::size_t bytes_of(SampleFormat format) {
  switch (format) {
    case SampleFormat::s16le:
      return 2;
    case SampleFormat::s24le:
      return 3;
    case SampleFormat::s32le:
    case SampleFormat::f32le:
      return 4;
    case SampleFormat::u8:
    case SampleFormat::mulaw:
    case SampleFormat::alaw:
      return 1;
  }
  return 1;
}

std::uint32_t little_endian(const std::byte* bytes, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value |= std::to_integer<std::uint32_t>(bytes[i]) << (8 * i);
  return value;
}

/// ITU-T G.711, table 2a read backwards: 8 segments of 16 steps, each segment's steps twice as wide as the one's before.
double mulaw_value(std::uint8_t code) {
  const unsigned bits = ~code & 0xffU;
  const int magnitude = (static_cast<int>(((bits & 15U) << 3U) + 0x84U) << ((bits >> 4U) & 7U)) - 0x84;
  return ((bits & 0x80U) != 0 ? -magnitude : magnitude) / 32768.0;
}

/// ITU-T G.711, table 1a read backwards.
double alaw_value(std::uint8_t code) {
  const unsigned bits = code ^ 0x55U;
  const unsigned segment = (bits >> 4U) & 7U;
  const int step = static_cast<int>((bits & 15U) << 4U) + 8;
  const int magnitude = segment == 0 ? step : (step + 0x100) << (segment - 1);
  return ((bits & 0x80U) != 0 ? magnitude : -magnitude) / 32768.0;
}

}  // namespace

std::int16_t to_sample(double value) {
  if (std::isnan(value)) return 0;
  return static_cast<std::int16_t>(std::lround(std::clamp(value * 32768.0, -32768.0, 32767.0)));
}

PcmDecoder::PcmDecoder(const RawFormat& format)
    : format_(format),
      sample_bytes_(bytes_of(format.format)),
      frame_bytes_(sample_bytes_ * static_cast<std::size_t>(format.channels)) {}

void PcmDecoder::decode(std::span<const std::byte> bytes, std::vector<std::int16_t>& samples) {
  samples.reserve(samples.size() + (rest_.size() + bytes.size()) / frame_bytes_);
  if (!rest_.empty()) {
    const std::size_t missing = std::min(frame_bytes_ - rest_.size(), bytes.size());
    rest_.insert(rest_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(missing));
    bytes = bytes.subspan(missing);
    if (rest_.size() < frame_bytes_) return;
    samples.push_back(mix(rest_.data()));
    rest_.clear();
  }
  for (; bytes.size() >= frame_bytes_; bytes = bytes.subspan(frame_bytes_)) samples.push_back(mix(bytes.data()));
  rest_.assign(bytes.begin(), bytes.end());
}

double PcmDecoder::value_at(const std::byte* sample) const {
  const std::uint32_t bits = little_endian(sample, sample_bytes_);
  switch (format_.format) {
    case SampleFormat::s16le:
      return static_cast<std::int16_t>(bits) / 32768.0;
    case SampleFormat::s24le:
      return static_cast<std::int32_t>(bits << 8U) / 2147483648.0;
    case SampleFormat::s32le:
      return static_cast<std::int32_t>(bits) / 2147483648.0;
    case SampleFormat::f32le: {
      const auto value = std::bit_cast<float>(bits);
      return std::isnan(value) ? 0 : std::clamp(static_cast<double>(value), -1.0, 1.0);
    }
    case SampleFormat::u8:
      return (static_cast<int>(bits) - 128) / 128.0;
    case SampleFormat::mulaw:
      return mulaw_value(static_cast<std::uint8_t>(bits));
    case SampleFormat::alaw:
      return alaw_value(static_cast<std::uint8_t>(bits));
  }
  return 0;
}

std::int16_t PcmDecoder::mix(const std::byte* frame) const {
  double sum = 0;
  for (std::size_t at = 0; at < frame_bytes_; at += sample_bytes_) sum += value_at(frame + at);
  return to_sample(sum / format_.channels);
}

bool looks_like_container(std::span<const std::byte> head) {
  using namespace std::string_view_literals;
  constexpr std::array heads{"RIFF"sv, "RF64"sv, "fLaC"sv, "OggS"sv, "ID3"sv, "FORM"sv, "\x1a\x45\xdf\xa3"sv};
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  return std::ranges::any_of(heads, [text](std::string_view magic) { return text.starts_with(magic); });
}

}  // namespace attend::tools
