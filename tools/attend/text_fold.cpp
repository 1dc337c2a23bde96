#include "text_fold.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>

namespace attend::tools {
namespace {

/// One code point and the bytes that it took; no code point where the bytes are no UTF-8.
struct Decoded {
  std::optional<char32_t> point;
  std::size_t length = 1;
};

Decoded decode(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return {};
  char32_t point = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return {};
    point = (point << 6U) | (next & 0x3FU);
  }
  const char32_t smallest = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
  if (point < smallest || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return {};
  return {point, length};
}

/// U+00C0 to U+017F as plain lower-case letters, in the order of Unicode; blank where the sign is no letter.
constexpr std::array<std::string_view, 192> latin{
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",   // C0
    "d", "n", "o",  "o",  "o", "o", "o",  " ", "o", "u", "u", "u", "u", "y", "th", "ss",  // D0
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",   // E0
    "d", "n", "o",  "o",  "o", "o", "o",  " ", "o", "u", "u", "u", "u", "y", "th", "y",   // F0
    "a", "a", "a",  "a",  "a", "a", "c",  "c", "c", "c", "c", "c", "c", "c", "d",  "d",   // 100
    "d", "d", "e",  "e",  "e", "e", "e",  "e", "e", "e", "e", "e", "g", "g", "g",  "g",   // 110
    "g", "g", "g",  "g",  "h", "h", "h",  "h", "i", "i", "i", "i", "i", "i", "i",  "i",   // 120
    "i", "i", "ij", "ij", "j", "j", "k",  "k", "k", "l", "l", "l", "l", "l", "l",  "l",   // 130
    "l", "l", "l",  "n",  "n", "n", "n",  "n", "n", "n", "n", "n", "o", "o", "o",  "o",   // 140
    "o", "o", "oe", "oe", "r", "r", "r",  "r", "r", "r", "s", "s", "s", "s", "s",  "s",   // 150
    "s", "s", "t",  "t",  "t", "t", "t",  "t", "u", "u", "u", "u", "u", "u", "u",  "u",   // 160
    "u", "u", "u",  "u",  "w", "w", "y",  "y", "y", "z", "z", "z", "z", "z", "z",  "s"};  // 170

/// Signs outside of ASCII that mean something to the normaliser.
struct Sign {
  char32_t point;
  std::string_view folded;
};
constexpr std::array<Sign, 19> signs{{{0x00A2, " ¢"},
                                      {0x00A3, " £"},
                                      {0x00A5, " ¥"},
                                      {0x00AA, "a"},
                                      {0x00AD, ""},
                                      {0x00B0, " °"},
                                      {0x00B4, "'"},
                                      {0x00BA, "o"},
                                      {0x00BC, " one quarter "},
                                      {0x00BD, " one half "},
                                      {0x00BE, " three quarters "},
                                      {0x02BC, "'"},
                                      {0x2018, "'"},
                                      {0x2019, "'"},
                                      {0x201B, "'"},
                                      {0x2032, "'"},
                                      {0x20AC, " €"},
                                      {0x2212, " minus "},
                                      {0x2026, ","}}};

bool is_invisible(char32_t point) {
  return (point >= 0x0300 && point <= 0x036F) || (point >= 0x200B && point <= 0x200F) || (point >= 0x202A && point <= 0x202E) ||
         (point >= 0x2060 && point <= 0x206F) || (point >= 0xFE00 && point <= 0xFE0F) || point == 0xFEFF;
}

/// General punctuation, arrows and drawings, CJK marks: nothing that is spoken.
bool is_mark(char32_t point) {
  return (point >= 0x80 && point <= 0xBF) || (point >= 0x2000 && point <= 0x2BFF) || (point >= 0x3000 && point <= 0x303F) ||
         (point >= 0xFF00 && point <= 0xFF0F) || point == 0xFFFD || (point >= 0x1F000 && point <= 0x1FAFF);
}

void fold_ascii(char point, std::string& out) {
  static constexpr std::string_view kept = "'.,:&+=@#$%";
  static constexpr std::string_view clause_ends = ";!?";
  if (point >= 'A' && point <= 'Z') {
    out += static_cast<char>(point - 'A' + 'a');
  } else if ((point >= 'a' && point <= 'z') || (point >= '0' && point <= '9') || kept.find(point) != std::string_view::npos) {
    out += point;
  } else if (point == '`') {
    out += '\'';
  } else {
    out += clause_ends.find(point) != std::string_view::npos ? ", " : " ";
  }
}

void fold_other(char32_t point, std::string_view bytes, std::string& out) {
  const auto* sign = std::ranges::find(signs, point, &Sign::point);
  if (sign != signs.end()) {
    out += sign->folded;
  } else if (point >= 0xC0 && point <= 0x17F) {
    out += latin[point - 0xC0];
  } else if (!is_invisible(point)) {
    out += is_mark(point) ? " " : bytes;
  }
}

}  // namespace

std::string fold_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto [point, length] = decode(text);
    if (!point) {
      out += ' ';
    } else if (*point < 0x80) {
      fold_ascii(static_cast<char>(*point), out);
    } else {
      fold_other(*point, text.substr(0, length), out);
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace attend::tools
