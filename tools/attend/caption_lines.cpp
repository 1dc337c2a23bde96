#include "caption_lines.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "display_text.hpp"

namespace attend::tools {
namespace {

constexpr std::string_view dim = "\x1b[2m", normal = "\x1b[22m";

class Layout {
 public:
  explicit Layout(int width) : width_(std::max(1, width)) {}

  void add(const CaptionWord& word) {
    std::string_view rest = word.text;
    const int cells = display_width(rest);
    if (line_.cells > 0 && line_.cells + 1 + cells > width_) break_line(word.style);
    if (line_.cells > 0) put(" ", line_style_ == word.style ? word.style : CaptionStyle::plain);
    while (display_width(rest) > width_ - line_.cells) {
      const std::string_view part = fitting_prefix(rest, width_ - line_.cells);
      if (part.empty()) {  // a wide character on a terminal of one column
        if (line_.cells == 0) break;
        break_line(std::nullopt);
        continue;
      }
      put(part, word.style);
      rest.remove_prefix(part.size());
      break_line(std::nullopt);
    }
    put(rest, word.style);
    ++line_.words;
  }

  std::vector<CaptionLine> finish() {
    if (line_.cells > 0) {
      close_style();
      lines_.push_back(line_);
    }
    return std::move(lines_);
  }

 private:
  void put(std::string_view text, CaptionStyle style) {
    if (style != line_style_) line_.text += style == CaptionStyle::tentative ? dim : normal;
    line_style_ = style;
    line_.text += text;
    line_.cells += display_width(text);
    if (style != CaptionStyle::plain) all_plain_ = false;
  }

  void close_style() {
    if (line_style_ != CaptionStyle::plain) line_.text += normal;
    line_style_ = CaptionStyle::plain;
  }

  /// `next`: the style of the word that did not fit; unset within a word.
  void break_line(std::optional<CaptionStyle> next) {
    close_style();
    line_.settled = all_plain_ && next == CaptionStyle::plain;
    lines_.push_back(std::move(line_));
    line_ = {};
    all_plain_ = true;
  }

  int width_;
  CaptionLine line_;
  CaptionStyle line_style_ = CaptionStyle::plain;
  bool all_plain_ = true;
  std::vector<CaptionLine> lines_;
};

}  // namespace

std::vector<CaptionLine> lay_out(const std::vector<CaptionWord>& words, int width) {
  Layout layout(width);
  for (const CaptionWord& word : words) {
    if (!word.text.empty()) layout.add(word);
  }
  return layout.finish();
}

}  // namespace attend::tools
