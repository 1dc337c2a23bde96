#pragma once

#include <termios.h>

#include <optional>
#include <string>

#include "caption_screen.hpp"
#include "listen_output.hpp"

namespace attend::tools {

/// A terminal made ready for captions: no cursor, no echo of keys, no stopping of output by Ctrl-S (which would stop the program
/// that has to hear). As it was again when this goes.
class CaptionTerminal {
 public:
  explicit CaptionTerminal(int descriptor);
  ~CaptionTerminal();
  CaptionTerminal(const CaptionTerminal&) = delete;
  CaptionTerminal& operator=(const CaptionTerminal&) = delete;

  void make_ready();
  void make_as_before();
  /// Throws ReaderGone when the terminal is gone.
  void write(const std::string& text) const;

 private:
  int descriptor_;
  std::optional<termios> before_;
};

struct TerminalSize {
  int columns = 80, rows = 24;
};

TerminalSize terminal_size(int descriptor);

/// Captions on a terminal.
class TerminalView : public ListenOutput {
 public:
  explicit TerminalView(int descriptor);

  void event(const Event& event) override;
  void notice(const Notice& notice) override;
  void end(double heard, const std::string& fault) override;
  void status(const ListenStatus& status);
  /// The terminal has another size, or the program goes on after a stop.
  void refresh();
  /// The program is going to be stopped by Ctrl-Z, or to end at once.
  void give_back() { terminal_.make_as_before(); }

 private:
  void draw() { terminal_.write(screen_.draw()); }

  int descriptor_;
  CaptionTerminal terminal_;
  CaptionScreen screen_;
  std::string status_;
};

}  // namespace attend::tools
