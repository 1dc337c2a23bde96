#pragma once

#include <string>
#include <vector>

namespace attend::tools {

enum class CaptionStyle { plain, tentative };

struct CaptionWord {
  std::string text;
  CaptionStyle style = CaptionStyle::plain;
};

/// A line of captions as a terminal shows it.
struct CaptionLine {
  std::string text;       ///< with escape codes for the style
  int cells = 0;          ///< that it takes
  std::size_t words = 0;  ///< that end in it
  /// Nothing that may still come changes it: all its words are plain and whole, and so is the word behind it that did not fit.
  bool settled = false;
};

/// Words in lines of at most `width` cells (at least 1), broken between words; a word that is wider than a line is broken within.
/// Tentative words are dimmed; no style reaches from one line into the next.
std::vector<CaptionLine> lay_out(const std::vector<CaptionWord>& words, int width);

}  // namespace attend::tools
