// Numbers of a few bits each, one behind the other without gaps.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace attend::language {

static_assert(std::endian::native == std::endian::little, "the binary model is read as it lies in the file");

/// Bytes that must lie behind the last field, so that every field can be read with one load of eight bytes.
inline constexpr std::size_t packed_padding = 8;

/// Bits that the numbers below `count` take.
constexpr int bits_for(std::uint64_t count) {
  return count < 2 ? 1 : static_cast<int>(std::bit_width(count - 1));
}

/// `bits` bits from the bit `position` on; at most 57 bits.
inline std::uint64_t read_bits(std::span<const std::byte> bytes, std::uint64_t position, int bits) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + position / 8, sizeof word);
  return (word >> (position % 8)) & ((std::uint64_t{1} << bits) - 1);
}

/// Sets bits that are 0 so far.
inline void write_bits(std::span<std::byte> bytes, std::uint64_t position, int bits, std::uint64_t value) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + position / 8, sizeof word);
  word |= (value & ((std::uint64_t{1} << bits) - 1)) << (position % 8);
  std::memcpy(bytes.data() + position / 8, &word, sizeof word);
}

}  // namespace attend::language
