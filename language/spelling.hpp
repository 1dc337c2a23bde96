// Whether labels can write a phrase.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

#include "language/label_texts.hpp"

namespace attend::language {

/// The labels as strings of letters.
class Spelling {
 public:
  explicit Spelling(const LabelTexts& texts);

  /// Letters between gaps, with a gap in front: "␣new␣york␣".
  bool can_write(std::u32string_view letters) const;

 private:
  bool can_write_word(std::u32string_view word) const;
  bool can_write_bytes(char32_t letter) const;

  std::unordered_set<std::u32string> first_;  ///< labels that begin a word
  std::unordered_set<std::u32string> inner_;
  std::bitset<256> bytes_;   ///< that labels write alone, inside of words
  bool bare_start_ = false;  ///< a label begins a word without writing anything
  std::size_t longest_ = 0;  ///< letters of a label
};

}  // namespace attend::language
