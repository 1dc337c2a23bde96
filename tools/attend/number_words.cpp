#include "number_words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace attend::tools {
namespace {

constexpr std::array<std::string_view, 20> below_twenty{
    "zero", "one",    "two",    "three",    "four",     "five",    "six",     "seven",     "eight",    "nine",
    "ten",  "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<std::string_view, 10> tens{"",      "",      "twenty",  "thirty", "forty",
                                                "fifty", "sixty", "seventy", "eighty", "ninety"};
constexpr std::array<std::string_view, 5> magnitudes{"hundred", "thousand", "million", "billion", "trillion"};
constexpr std::array<std::pair<std::int64_t, std::string_view>, 3> groups{
    {{1'000'000'000, "billion"}, {1'000'000, "million"}, {1'000, "thousand"}}};

void append(std::string& words, std::string_view word) {
  if (!words.empty()) words += ' ';
  words += word;
}

void append_below_thousand(std::string& words, std::int64_t value) {
  if (value >= 100) {
    append(words, below_twenty[value / 100]);
    append(words, "hundred");
    value %= 100;
  }
  if (value >= 20) {
    append(words, tens[value / 10]);
    value %= 10;
  }
  if (value > 0) append(words, below_twenty[value]);
}

/// The number that the digits stand for, or -1 if they are read one by one.
std::int64_t value_of(std::string_view digits) {
  if (digits.empty() || digits.size() > 12 || (digits.size() > 1 && digits.front() == '0')) return -1;
  std::int64_t value = -1;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// Where the last word begins.
std::size_t last_word(std::string_view words) {
  const auto blank = words.rfind(' ');
  return blank == std::string_view::npos ? 0 : blank + 1;
}

}  // namespace

std::string cardinal_words(std::int64_t value) {
  if (value < 0 || value > largest_cardinal) return {};
  if (value == 0) return "zero";
  std::string words;
  for (const auto& [size, name] : groups) {
    if (value < size) continue;
    append_below_thousand(words, value / size);
    append(words, name);
    value %= size;
  }
  append_below_thousand(words, value);
  return words;
}

std::string digit_words(std::string_view digits) {
  std::string words;
  for (const char digit : digits) append(words, below_twenty[digit - '0']);
  return words;
}

std::string integer_words(std::string_view digits) {
  const auto value = value_of(digits);
  return value < 0 ? digit_words(digits) : cardinal_words(value);
}

std::string year_words(std::string_view digits) {
  const auto value = value_of(digits);
  const bool year = digits.size() == 4 && ((value >= 1010 && value <= 1999) || (value >= 2010 && value <= 2099));
  if (!year) return integer_words(digits);
  std::string words = cardinal_words(value / 100);
  const auto rest = value % 100;
  if (rest == 0) {
    append(words, "hundred");
  } else if (rest < 10) {
    append(words, "oh");
  }
  if (rest != 0) append(words, cardinal_words(rest));
  return words;
}

std::string to_ordinal(std::string words) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> irregular{{{"one", "first"},
                                                                                           {"two", "second"},
                                                                                           {"three", "third"},
                                                                                           {"five", "fifth"},
                                                                                           {"eight", "eighth"},
                                                                                           {"nine", "ninth"},
                                                                                           {"twelve", "twelfth"}}};
  const auto at = last_word(words);
  const auto* found = std::ranges::find(irregular, std::string_view(words).substr(at), &decltype(irregular)::value_type::first);
  if (found != irregular.end()) return words.replace(at, std::string::npos, found->second);
  if (!words.ends_with('y')) return words.append("th");
  words.back() = 'i';
  return words.append("eth");
}

std::string to_plural(std::string words) {
  if (std::string_view(words).substr(last_word(words)) == "six") return words.append("es");
  if (!words.ends_with('y')) return words.append("s");
  words.back() = 'i';
  return words.append("es");
}

bool is_number_word(std::string_view word) {
  if (word.empty()) return false;
  return std::ranges::find(below_twenty, word) != below_twenty.end() || std::ranges::find(tens, word) != tens.end() ||
         is_magnitude(word);
}

bool is_magnitude(std::string_view word) {
  return std::ranges::find(magnitudes, word) != magnitudes.end();
}

}  // namespace attend::tools
