#include "frontend/sample_decoder.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace attend::frontend {
namespace {

using Table = std::array<float, 256>;

/// ITU-T G.711, μ-law: all bits inverted; sign, three bits of exponent, four of mantissa, bias 33 on a 14-bit scale.
constexpr Table mulaw_table() {
  Table table{};
  for (int code = 0; code < 256; ++code) {
    const int bits = ~code & 0xFF;
    const int magnitude = ((((bits & 0x0F) << 1) + 33) << (bits >> 4 & 0x07)) - 33;
    table[static_cast<std::size_t>(code)] = static_cast<float>((bits & 0x80) != 0 ? -magnitude : magnitude) / 8192;
  }
  return table;
}

/// ITU-T G.711, A-law: even bits inverted; sign (set: positive), exponent, mantissa on a 13-bit scale.
constexpr Table alaw_table() {
  Table table{};
  for (int code = 0; code < 256; ++code) {
    const int bits = code ^ 0x55;
    const int exponent = bits >> 4 & 0x07;
    const int mantissa = ((bits & 0x0F) << 1) + 1;
    const int magnitude = exponent == 0 ? mantissa : (mantissa + 32) << (exponent - 1);
    table[static_cast<std::size_t>(code)] = static_cast<float>((bits & 0x80) != 0 ? magnitude : -magnitude) / 4096;
  }
  return table;
}

constexpr Table mulaw = mulaw_table();
constexpr Table alaw = alaw_table();

std::uint32_t byte_at(std::span<const std::byte> bytes, std::size_t i) {
  return std::to_integer<std::uint32_t>(bytes[i]);
}

/// Little endian, moved to the top of 32 bits, so that the sign is in place.
template <std::size_t size>
std::uint32_t top_bits(std::span<const std::byte> bytes, std::size_t index) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value |= byte_at(bytes, index * size + i) << (8 * (4 - size + i));
  return value;
}

template <std::size_t size>
void decode_integers(std::span<const std::byte> bytes, std::span<float> samples) {
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<float>(static_cast<std::int32_t>(top_bits<size>(bytes, i))) / 2147483648.0F;
  }
}

void decode_table(const Table& table, std::span<const std::byte> bytes, std::span<float> samples) {
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = table[byte_at(bytes, i)];
}

}  // namespace

std::size_t sample_size(SampleFormat format) {
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
      break;
  }
  return 1;
}

void decode_samples(SampleFormat format, std::span<const std::byte> bytes, std::span<float> samples) {
  switch (format) {
    case SampleFormat::s16le:
      return decode_integers<2>(bytes, samples);
    case SampleFormat::s24le:
      return decode_integers<3>(bytes, samples);
    case SampleFormat::s32le:
      return decode_integers<4>(bytes, samples);
    case SampleFormat::f32le:
      for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = std::bit_cast<float>(top_bits<4>(bytes, i));
      return;
    case SampleFormat::u8:
      for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = (static_cast<float>(byte_at(bytes, i)) - 128) / 128;
      return;
    case SampleFormat::mulaw:
      return decode_table(mulaw, bytes, samples);
    case SampleFormat::alaw:
      return decode_table(alaw, bytes, samples);
  }
}

}  // namespace attend::frontend
