#pragma once

#include <termios.h>

#include <functional>
#include <optional>
#include <string>

#include "caption_screen.hpp"
#include "listen_output.hpp"
#include "queued_writer.hpp"

namespace attend::tools {

/// A terminal made ready for captions: no cursor, no echo of keys, no stopping of output by Ctrl-S (which would stop the program
/// that has to hear). As it was again when this goes.
class CaptionTerminal {
 public:
  CaptionTerminal(int descriptor, std::function<void()> changed);
  ~CaptionTerminal();
  CaptionTerminal(const CaptionTerminal&) = delete;
  CaptionTerminal& operator=(const CaptionTerminal&) = delete;

  void make_ready();
  void make_as_before();
  /// Never waits for the terminal. Throws ReaderGone when it is gone.
  void write(std::string text);
  void check() const;
  std::size_t unread() const { return out_.waiting(); }

 private:
  int descriptor_;
  std::optional<termios> before_;
  QueuedWriter out_;
};

struct TerminalSize {
  int columns = 80, rows = 24;
};

TerminalSize terminal_size(int descriptor);

/// Captions on a terminal. One that takes its time (a slow line) is drawn to when it has shown the last picture, and misses those
/// between.
class TerminalView : public ListenOutput {
 public:
  /// `changed` is called on another thread when `written` has something to do.
  TerminalView(int descriptor, std::function<void()> changed);

  void event(const Event& event) override;
  void notice(const Notice& notice) override;
  void end(double heard, const std::string& fault) override;
  void written() override;
  std::size_t unread() const override { return terminal_.unread(); }
  bool behind() const override;
  void status(const ListenStatus& status);
  /// The terminal has another size, or the program goes on after a stop.
  void refresh();
  /// The program is going to be stopped by Ctrl-Z, or to end at once.
  void give_back() { terminal_.make_as_before(); }

 private:
  void draw();

  int descriptor_;
  CaptionTerminal terminal_;
  CaptionScreen screen_;
  std::string status_;
  bool to_draw_ = false;    ///< when the terminal has taken what it was given
  bool to_resize_ = false;  ///< likewise
  bool over_ = false;
};

}  // namespace attend::tools
