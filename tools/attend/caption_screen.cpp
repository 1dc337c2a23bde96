#include "caption_screen.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "display_text.hpp"

namespace attend::tools {
namespace {

/// More than any terminal shows at a time.
constexpr std::size_t remembered_paragraphs = 200;

constexpr const char* line_end = "\r\n";

void append(std::vector<CaptionWord>& words, std::span<const Word> more, CaptionStyle style) {
  for (const Word& word : more) words.push_back({displayable(word.text), style});
}

std::string dimmed(const std::string& text) {
  return "\x1b[2m" + text + "\x1b[22m";
}

}  // namespace

void CaptionScreen::event(const Event& event) {
  words_.clear();
  append(words_, event.committed, CaptionStyle::plain);
  append(words_, event.tentative, CaptionStyle::tentative);
  if (event.kind != EventKind::final) return;
  const Paragraph rest(words_.begin() + static_cast<std::ptrdiff_t>(std::min(settled_words_, words_.size())), words_.end());
  for (CaptionLine& line : lay_out(rest, columns_)) settled_.push_back(std::move(line.text));
  remember(std::exchange(words_, {}));
  settled_words_ = 0;
}

void CaptionScreen::notice(const std::string& sentence) {
  Paragraph paragraph{{"—", CaptionStyle::tentative}};
  const std::string text = displayable(sentence);
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    paragraph.push_back({text.substr(begin, end - begin), CaptionStyle::tentative});
    begin = end + 1;
  }
  for (CaptionLine& line : lay_out(paragraph, columns_)) settled_.push_back(std::move(line.text));
  remember(std::move(paragraph));
}

void CaptionScreen::remember(Paragraph paragraph) {
  history_.push_back(std::move(paragraph));
  if (history_.size() > remembered_paragraphs) history_.pop_front();
}

std::string CaptionScreen::draw() {
  std::vector<std::string> lines;
  for (const CaptionLine& line : take_changing_lines()) lines.push_back(line.text);
  std::string out = "\r";
  if (rows_above_ > 0) out += "\x1b[" + std::to_string(rows_above_) + "A";
  out += "\x1b[J";
  for (const std::string& line : std::exchange(settled_, {})) out += line + line_end;
  return out + show(lines);
}

/// The lines of the present segment that may still change; those before them become settled.
std::vector<CaptionLine> CaptionScreen::take_changing_lines() {
  const auto begin = words_.begin() + static_cast<std::ptrdiff_t>(std::min(settled_words_, words_.size()));
  std::vector<CaptionLine> lines = lay_out(Paragraph(begin, words_.end()), columns_);
  std::size_t settled = 0;
  for (; settled < lines.size() && lines[settled].settled; ++settled) {
    settled_words_ += lines[settled].words;
    settled_.push_back(std::move(lines[settled].text));
  }
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(settled));
  return lines;
}

/// Writes lines and the status below them, as many as the terminal has rows.
std::string CaptionScreen::show(const std::vector<std::string>& lines) {
  const auto room = static_cast<std::size_t>(std::max(1, rows_) - 1);
  const std::size_t first = lines.size() - std::min(lines.size(), room);
  std::string out;
  for (std::size_t i = first; i < lines.size(); ++i) out += lines[i] + line_end;
  rows_above_ = lines.size() - first;
  return out + dimmed(std::string(fitting_prefix(status_, columns_)));
}

std::string CaptionScreen::resize(int columns, int rows) {
  columns_ = columns;
  rows_ = rows;
  settled_.clear();  // the history has them
  settled_words_ = 0;
  std::vector<std::string> changing;
  for (const CaptionLine& line : take_changing_lines()) changing.push_back(line.text);
  const std::vector<std::string> spoken = std::exchange(settled_, {});
  std::vector<std::string> above = last_lines(static_cast<std::size_t>(std::max(1, rows)));
  above.insert(above.end(), spoken.begin(), spoken.end());

  // Row by row: terminals that are told to clear everything push a copy of it into their scroll-back.
  std::string out;
  for (int row = rows; row >= 1; --row) out += "\x1b[" + std::to_string(row) + ";1H\x1b[2K";
  const std::size_t taken = std::min(changing.size(), static_cast<std::size_t>(std::max(1, rows)) - 1) + 1;
  const std::size_t room = static_cast<std::size_t>(std::max(1, rows)) - taken;
  for (std::size_t i = above.size() - std::min(above.size(), room); i < above.size(); ++i) out += above[i] + line_end;
  return out + show(changing);
}

std::vector<std::string> CaptionScreen::last_lines(std::size_t most) const {
  std::vector<std::string> lines;
  for (auto paragraph = history_.rbegin(); paragraph != history_.rend() && lines.size() < most; ++paragraph) {
    std::vector<CaptionLine> laid = lay_out(*paragraph, columns_);
    for (auto line = laid.rbegin(); line != laid.rend(); ++line) lines.push_back(std::move(line->text));
  }
  std::ranges::reverse(lines);
  return lines;
}

std::string CaptionScreen::leave() {
  std::string out = draw();
  out += "\r\x1b[K";
  rows_above_ = 0;
  return out;
}

}  // namespace attend::tools
