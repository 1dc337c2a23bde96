#include "display_text.hpp"

#include <utf8proc.h>

namespace attend::tools {
namespace {

struct Character {
  utf8proc_int32_t code = -1;  ///< -1: no UTF-8
  std::size_t bytes = 1;
};

Character first_character(std::string_view text) {
  Character character;
  const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &character.code);
  if (length < 1) return {};
  character.bytes = static_cast<std::size_t>(length);
  return character;
}

int width_of(const Character& character) {
  return character.code < 0 ? 1 : utf8proc_charwidth(character.code);
}

}  // namespace

int display_width(std::string_view text) {
  int cells = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    cells += width_of(character);
    text.remove_prefix(character.bytes);
  }
  return cells;
}

std::string displayable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const Character character = first_character(text);
    const bool harmless = character.code >= 0 && utf8proc_category(character.code) != UTF8PROC_CATEGORY_CC;
    shown += harmless ? text.substr(0, character.bytes) : "\xef\xbf\xbd";
    text.remove_prefix(character.bytes);
  }
  return shown;
}

std::string_view fitting_prefix(std::string_view text, int cells) {
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const Character character = first_character(text.substr(bytes));
    const int width = width_of(character);
    if (width > cells) break;
    cells -= width;
    bytes += character.bytes;
  }
  return text.substr(0, bytes);
}

}  // namespace attend::tools
