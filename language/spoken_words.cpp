#include "language/spoken_words.hpp"

#include <utility>

#include "language/letters.hpp"

namespace attend::language {
namespace {

void add(std::vector<std::string>& words, std::string& word) {
  const auto first = word.find_first_not_of('\'');
  if (first != std::string::npos) words.push_back(word.substr(first, word.find_last_not_of('\'') - first + 1));
  word.clear();
}

}  // namespace

std::vector<std::string> spoken_words(std::string_view written) {
  std::vector<std::string> words;
  std::string word;
  PartialCharacter partial;
  for (const char byte : written) {
    const auto character = take(partial, static_cast<std::uint8_t>(byte));
    if (!character) continue;
    const char32_t small = lower(*character);
    if (small == U'\'' || letter(small) != gap) {
      append_utf8(word, small);
    } else {
      add(words, word);
    }
  }
  add(words, word);
  return words;
}

}  // namespace attend::language
