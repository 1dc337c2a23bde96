// UTF-8 → the letters that phrases and words are compared by, byte by byte. No locale.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace attend::language {

/// Stands for anything between words: blanks, marks, bytes that are no UTF-8.
inline constexpr char32_t gap = U' ';

/// The beginning of a character whose last bytes are still to come.
struct PartialCharacter {
  std::array<std::uint8_t, 3> bytes = {};
  std::uint8_t count = 0;
  friend bool operator==(const PartialCharacter&, const PartialCharacter&) = default;
};

/// Takes one byte. A character is returned when it is complete; U+FFFD for what can be none (a byte that begins a new one is kept).
std::optional<char32_t> take(PartialCharacter& partial, std::uint8_t byte);

/// Lower case of Latin, Greek and Cyrillic letters; others as they are. Apostrophes of all shapes become '.
char32_t lower(char32_t character);

/// How phrases see a character: letters and digits in lower case, Latin ones without accents; nothing for combining accents; `gap`
/// for everything else.
std::optional<char32_t> letter(char32_t character);

void append_utf8(std::string& text, char32_t character);

/// Calls `each` with every letter and gap of `text`; a character that `text` leaves unfinished stays in `partial`.
template <class Each>
void for_letters(PartialCharacter& partial, std::string_view text, Each&& each) {
  for (const char byte : text) {
    const auto character = take(partial, static_cast<std::uint8_t>(byte));
    if (!character) continue;
    if (const auto found = letter(*character)) each(*found);
  }
}

}  // namespace attend::language
