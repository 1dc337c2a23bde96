// Numbers as English words, without "and": 105 → "one hundred five".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace attend::tools {

/// The largest number that is spelled as a cardinal; longer ones are read digit by digit.
inline constexpr std::int64_t largest_cardinal = 999'999'999'999;

/// 0 … largest_cardinal, otherwise an empty string.
std::string cardinal_words(std::int64_t value);

/// A string of digits, one word a digit: "07" → "zero seven".
std::string digit_words(std::string_view digits);

/// Digits as one reads them: a cardinal; digit by digit with a leading zero or beyond largest_cardinal.
std::string integer_words(std::string_view digits);

/// As integer_words, but four digits are read like a year where years are: 1984 → "nineteen eighty four", 1905 → "nineteen oh
/// five", 1900 → "nineteen hundred", 2005 → "two thousand five", 2024 → "twenty twenty four".
std::string year_words(std::string_view digits);

/// The last word of a number as an ordinal: "twenty one" → "twenty first".
std::string to_ordinal(std::string words);

/// The last word of a number as a plural: "nineteen eighty" → "nineteen eighties".
std::string to_plural(std::string words);

/// Whether a word can stand in a cardinal ("seven", "forty", "thousand", …).
bool is_number_word(std::string_view word);

/// "hundred", "thousand", "million", "billion", "trillion".
bool is_magnitude(std::string_view word);

}  // namespace attend::tools
