#include "language/spelling.hpp"

#include <algorithm>
#include <vector>

#include "language/letters.hpp"

namespace attend::language {
namespace {

std::u32string letters_of(std::string_view text) {
  std::u32string letters;
  PartialCharacter partial;
  for_letters(partial, text, [&](char32_t letter) {
    if (letter != gap) letters += letter;
  });
  return letters;
}

}  // namespace

Spelling::Spelling(const LabelTexts& texts) {
  for (std::int32_t label = 0; label < texts.size(); ++label) {
    const std::string_view text = texts.text(label);
    const bool begins = texts.begins_word(label);
    if (text.size() == 1 && !begins) bytes_.set(static_cast<unsigned char>(text.front()));
    if (begins && text.empty()) bare_start_ = true;
    auto letters = letters_of(text);
    if (letters.empty()) continue;
    longest_ = std::max(longest_, letters.size());
    (begins ? first_ : inner_).insert(std::move(letters));
  }
}

bool Spelling::can_write(std::u32string_view letters) const {
  while (!letters.empty()) {
    const std::size_t end = std::min(letters.find(gap), letters.size());
    if (end > 0 && !can_write_word(letters.substr(0, end))) return false;
    letters.remove_prefix(std::min(end + 1, letters.size()));
  }
  return true;
}

/// reached[i]: labels can write the first i letters.
bool Spelling::can_write_word(std::u32string_view word) const {
  std::vector<bool> reached(word.size() + 1);
  reached[0] = true;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (!reached[i]) continue;
    const bool inside = i > 0 || bare_start_;
    if (inside && can_write_bytes(word[i])) reached[i + 1] = true;
    for (std::size_t count = 1; count <= std::min(longest_, word.size() - i); ++count) {
      const std::u32string part(word.substr(i, count));
      if ((i == 0 && first_.contains(part)) || (inside && inner_.contains(part))) reached[i + count] = true;
    }
  }
  return reached.back();
}

bool Spelling::can_write_bytes(char32_t letter) const {
  std::string bytes;
  append_utf8(bytes, letter);
  return std::ranges::all_of(bytes, [this](char byte) { return bytes_.test(static_cast<unsigned char>(byte)); });
}

}  // namespace attend::language
