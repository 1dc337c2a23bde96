#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "attend/attend.hpp"

namespace attend::tools::test {

/// The words of a text, each `length` seconds long, `step` seconds apart, from `start` on.
inline std::vector<Word> words_of(const std::string& text, double start = 0, double step = 0.5, double length = 0.4) {
  std::vector<Word> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word; start += step) words.push_back({word, start, start + length, 0.9f, 1.0f});
  return words;
}

}  // namespace attend::tools::test
