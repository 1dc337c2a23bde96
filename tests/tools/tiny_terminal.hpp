#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "display_text.hpp"

namespace attend::tools::test {

/// A terminal as far as captions use one, written from the meaning of the codes (ECMA-48, xterm's pending wrap), to see what a
/// person would see. Cells hold whole characters; a cell that is dim stands in braces when shown.
class TinyTerminal {
 public:
  TinyTerminal(int columns, int rows) : columns_(columns), rows_(rows), screen_(static_cast<std::size_t>(rows), Row(columns)) {}

  void write(std::string_view text) {
    while (!text.empty()) {
      if (text.front() == '\x1b') {
        text.remove_prefix(obey(text));
      } else if (text.front() == '\r') {
        column_ = 0;
        text.remove_prefix(1);
      } else if (text.front() == '\n') {
        feed();
        text.remove_prefix(1);
      } else {
        put(text);
      }
    }
  }

  /// The rows up to the last that is not empty, blanks at their ends cut; dim text in braces.
  std::vector<std::string> rows() const {
    std::vector<std::string> shown;
    for (const Row& row : screen_) shown.push_back(text_of(row));
    while (!shown.empty() && shown.back().empty()) shown.pop_back();
    return shown;
  }
  /// What has scrolled away.
  const std::vector<std::string>& history() const { return history_; }

  /// As terminals do that do not move text: what is right of the new edge is gone.
  void resize(int columns, int rows) {
    for (Row& row : screen_) row.resize(static_cast<std::size_t>(columns));
    while (static_cast<int>(screen_.size()) > rows) {
      history_.push_back(text_of(screen_.front()));
      screen_.erase(screen_.begin());
      row_ = std::max(0, row_ - 1);
    }
    screen_.resize(static_cast<std::size_t>(rows), Row(columns));
    columns_ = columns;
    rows_ = rows;
    column_ = std::min(column_, columns - 1);
  }

 private:
  struct Cell {
    std::string text = " ";
    bool dim = false;
  };
  struct Row : std::vector<Cell> {
    explicit Row(int columns) : std::vector<Cell>(static_cast<std::size_t>(columns)) {}
  };

  static std::string text_of(const Row& row) {
    std::string text;
    bool dim = false;
    std::size_t end = row.size();
    while (end > 0 && row[end - 1].text == " ") --end;
    for (std::size_t i = 0; i < end; ++i) {
      if (row[i].dim != dim) text += row[i].dim ? "{" : "}";
      dim = row[i].dim;
      text += row[i].text;
    }
    return text + (dim ? "}" : "");
  }

  std::size_t obey(std::string_view text) {
    std::size_t end = 2;
    while (end < text.size() && (std::isalpha(static_cast<unsigned char>(text[end])) == 0)) ++end;
    const std::string arguments(text.substr(2, end - 2));
    const int first = arguments.empty() || arguments[0] == '?' ? 0 : std::stoi(arguments);
    switch (text[end]) {
      case 'A':
        row_ = std::max(0, row_ - std::max(1, first));
        break;
      case 'J':
        clear(row_, column_);
        for (int row = row_ + 1; row < rows_; ++row) clear(row, 0);
        break;
      case 'K':
        clear(row_, first == 2 ? 0 : column_);
        break;
      case 'H':
        row_ = std::clamp(first - 1, 0, rows_ - 1);
        column_ = 0;
        break;
      case 'm':
        dim_ = first == 2;
        break;
      default:
        break;
    }
    return end + 1;
  }

  void clear(int row, int from) {
    Row& cells = screen_[static_cast<std::size_t>(row)];
    for (int i = from; i < columns_; ++i) cells[static_cast<std::size_t>(i)] = Cell();
  }

  void put(std::string_view& text) {
    std::size_t bytes = 1;
    while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) ++bytes;
    const std::string character(text.substr(0, bytes));
    text.remove_prefix(bytes);
    const int width = std::min(display_width(character), columns_);
    if (width == 0) {
      cell(std::max(0, column_ - 1)).text += character;
      return;
    }
    if (column_ + width > columns_) {
      column_ = 0;
      feed();
    }
    cell(column_) = {character, dim_};
    if (width == 2) cell(column_ + 1) = {"", dim_};
    column_ += width;
  }

  Cell& cell(int column) { return screen_[static_cast<std::size_t>(row_)][static_cast<std::size_t>(column)]; }

  void feed() {
    if (row_ + 1 < rows_) {
      ++row_;
      return;
    }
    history_.push_back(text_of(screen_.front()));
    screen_.erase(screen_.begin());
    screen_.emplace_back(columns_);
  }

  int columns_, rows_, row_ = 0, column_ = 0;
  bool dim_ = false;
  std::vector<Row> screen_;
  std::vector<std::string> history_;
};

}  // namespace attend::tools::test
