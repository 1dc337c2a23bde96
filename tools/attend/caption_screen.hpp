#pragma once

#include <deque>
#include <string>
#include <vector>

#include "attend/attend.hpp"
#include "caption_lines.hpp"

namespace attend::tools {

/// Captions on a terminal, as the bytes to write to it. Text scrolls as in any program's output, a paragraph per segment; only the
/// last lines, which may still change, and the status line below them are rewritten in place. Knows no terminal: a value.
class CaptionScreen {
 public:
  CaptionScreen(int columns, int rows) : columns_(columns), rows_(rows) {}

  void event(const Event& event);
  /// A sentence in a line of its own, above the words that may still change.
  void notice(const std::string& sentence);
  void status(const std::string& line) { status_ = line; }

  /// Makes the terminal show what was told, from what the last call made it show.
  std::string draw();
  /// The terminal has a new size and may have moved its lines: clears what is to be seen and shows the end of the transcript anew.
  std::string resize(int columns, int rows);
  /// Lines that were never drawn because nobody asked.
  std::size_t undrawn() const { return settled_.size(); }
  /// Leaves the cursor below the text and takes the status line away.
  std::string leave();

 private:
  using Paragraph = std::vector<CaptionWord>;

  void remember(Paragraph paragraph);
  std::vector<CaptionLine> take_changing_lines();
  std::string show(const std::vector<std::string>& lines);
  std::vector<std::string> last_lines(std::size_t most) const;

  int columns_, rows_;
  std::deque<Paragraph> history_;     ///< the last ones, for resize()
  Paragraph words_;                   ///< of the segment that is being spoken
  std::size_t settled_words_ = 0;     ///< of these, in lines that are printed for good
  std::vector<std::string> settled_;  ///< lines to be printed for good
  std::string status_;
  std::size_t rows_above_ = 0;  ///< of what is rewritten, above the cursor's
};

}  // namespace attend::tools
