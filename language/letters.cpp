#include "language/letters.hpp"

namespace attend::language {
namespace {

constexpr char32_t replacement = 0xFFFD;

/// Bytes of the character that this byte begins; 0: it begins none.
int length_of(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

constexpr bool within(char32_t character, char32_t first, char32_t last) {
  return character >= first && character <= last;
}

/// Neither too long an encoding, nor half of a pair, nor beyond the last character.
bool well_formed(char32_t character, int length) {
  constexpr std::array<char32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  return character >= least[static_cast<std::size_t>(length)] && !within(character, 0xD800, 0xDFFF) && character <= 0x10FFFF;
}

// The letters of U+00C0 to U+017F without their accents; '-': the letter is its own.
constexpr std::string_view latin_bases =
    "aaaaaa-ceeeeiiiidnooooo-ouuuuy--aaaaaa-ceeeeiiiidnooooo-ouuuuy-y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii--jjkkkllllllllllnnnnnnnnnoooooo--"
    "rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(latin_bases.size() == 0x180 - 0xC0);

/// Blocks of marks, signs and spaces beyond ASCII.
bool is_mark(char32_t character) {
  if (within(character, 0x80, 0xBF)) return character != 0xAA && character != 0xB5 && character != 0xBA;
  return character == 0xD7 || character == 0xF7 || within(character, 0x2000, 0x2BFF) || within(character, 0x3000, 0x3004) ||
         within(character, 0x3008, 0x3030) || within(character, 0xE000, 0xF8FF) || within(character, 0xFE00, 0xFE6F) ||
         within(character, 0xFF00, 0xFF0F) || within(character, 0xFF1A, 0xFF20) || character >= 0xFFF0;
}

}  // namespace

std::optional<char32_t> take(PartialCharacter& partial, std::uint8_t byte) {
  if (partial.count == 0) {
    const int length = length_of(byte);
    if (length == 1) return byte;
    if (length == 0) return replacement;
    partial.bytes[partial.count++] = byte;
    return std::nullopt;
  }
  if ((byte & 0xC0U) != 0x80U) {
    partial = {};
    if (length_of(byte) > 1) {
      partial.bytes[partial.count++] = byte;
      return replacement;
    }
    return length_of(byte) == 1 && byte != ' ' ? byte : replacement;
  }
  const int length = length_of(partial.bytes[0]);
  if (partial.count + 1 < length) {
    partial.bytes[partial.count++] = byte;
    return std::nullopt;
  }
  char32_t character = partial.bytes[0] & (0xFFU >> (length + 1));
  for (int i = 1; i < partial.count; ++i) character = character << 6 | (partial.bytes[static_cast<std::size_t>(i)] & 0x3FU);
  character = character << 6 | (byte & 0x3FU);
  partial = {};
  return well_formed(character, length) ? character : replacement;
}

char32_t lower(char32_t character) {
  if (within(character, U'A', U'Z')) return character + 0x20;
  if (character < 0xC0) return character;
  if (within(character, 0xC0, 0xDE) && character != 0xD7) return character + 0x20;
  if (within(character, 0x100, 0x137) || within(character, 0x14A, 0x177)) return character | 1;
  if (within(character, 0x139, 0x148) || within(character, 0x179, 0x17E)) return character + (character & 1);
  if (character == 0x178) return 0xFF;
  if (within(character, 0x391, 0x3A9) && character != 0x3A2) return character + 0x20;
  if (within(character, 0x400, 0x40F)) return character + 0x50;
  if (within(character, 0x410, 0x42F)) return character + 0x20;
  if (character == 0x2018 || character == 0x2019 || character == 0x2BC) return U'\'';
  return character;
}

std::optional<char32_t> letter(char32_t character) {
  if (within(character, U'a', U'z') || within(character, U'A', U'Z') || within(character, U'0', U'9')) return lower(character);
  if (character < 0x80 || is_mark(character)) return gap;
  if (within(character, 0x300, 0x36F)) return std::nullopt;
  if (within(character, 0xC0, 0x17F) && latin_bases[character - 0xC0] != '-') {
    return static_cast<unsigned char>(latin_bases[character - 0xC0]);
  }
  return lower(character);
}

void append_utf8(std::string& text, char32_t character) {
  const auto add = [&](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (character < 0x80) {
    add(character);
  } else if (character < 0x800) {
    add(0xC0 | character >> 6);
    add(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    add(0xE0 | character >> 12);
    add(0x80 | (character >> 6 & 0x3F));
    add(0x80 | (character & 0x3F));
  } else {
    add(0xF0 | character >> 18);
    add(0x80 | (character >> 12 & 0x3F));
    add(0x80 | (character >> 6 & 0x3F));
    add(0x80 | (character & 0x3F));
  }
}

}  // namespace attend::language
