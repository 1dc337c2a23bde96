#include "sdk/letter_spelling.hpp"

#include <array>
#include <cstddef>
#include <string>

namespace attend::sdk {
namespace {

constexpr decoder::Symbol unknown = -1;
using Numbers = std::array<decoder::Symbol, 256>;

Numbers numbers_of(std::string_view symbols) {
  Numbers numbers;
  numbers.fill(unknown);
  for (std::size_t i = 0; i < symbols.size(); ++i) numbers[static_cast<unsigned char>(symbols[i])] = static_cast<int>(1 + i);
  return numbers;
}

/// ASCII in lower case; the apostrophe as typewriters have it.
std::string folded(std::string_view text) {
  constexpr std::string_view apostrophe = "\u2019";
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, apostrophe.size()) == apostrophe) {
      plain += '\'';
      i += apostrophe.size() - 1;
    } else {
      plain += text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    }
  }
  return plain;
}

}  // namespace

decoder::LabelSpelling letter_spelling(const language::LabelTexts& labels, std::string_view symbols) {
  const Numbers numbers = numbers_of(symbols);
  decoder::LabelSpelling spelling;
  spelling.gap = numbers[' '];
  for (decoder::Label label = 0; label < labels.size(); ++label) {
    std::vector<decoder::Symbol> spelt;
    bool doubtful = false;
    for (const char letter : folded(labels.text(label))) {
      const decoder::Symbol symbol = numbers[static_cast<unsigned char>(letter)];
      if (symbol != unknown && symbol != spelling.gap) spelt.push_back(symbol);
      doubtful = doubtful || (symbol == unknown && letter >= '0' && letter <= '9');
    }
    spelling.symbols.push_back(std::move(spelt));
    spelling.begins_word.push_back(labels.begins_word(label));
    spelling.doubtful.push_back(doubtful);
  }
  return spelling;
}

}  // namespace attend::sdk
