#include "terminal_view.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include "ordered_output.hpp"
#include "status_line.hpp"
#include "write_all.hpp"

namespace attend::tools {
namespace {

constexpr const char* hide_cursor = "\x1b[?25l";
constexpr const char* show_cursor = "\x1b[?25h";

CaptionScreen screen_of(int descriptor) {
  const TerminalSize size = terminal_size(descriptor);
  return {size.columns, size.rows};
}

}  // namespace

TerminalSize terminal_size(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

CaptionTerminal::CaptionTerminal(int descriptor) : descriptor_(descriptor) {
  termios mode{};
  if (::tcgetattr(descriptor_, &mode) == 0) before_ = mode;
  make_ready();
}

CaptionTerminal::~CaptionTerminal() {
  make_as_before();
}

void CaptionTerminal::make_as_before() {
  if (before_) ::tcsetattr(descriptor_, TCSANOW, &*before_);
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, show_cursor, 6);
}

void CaptionTerminal::make_ready() {
  if (before_) {
    termios mode = *before_;
    mode.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON);
    mode.c_iflag &= ~static_cast<tcflag_t>(IXON);
    ::tcsetattr(descriptor_, TCSANOW, &mode);
  }
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, hide_cursor, 6);
}

void CaptionTerminal::write(const std::string& text) const {
  if (write_all(descriptor_, text) != 0) throw ReaderGone();
}

TerminalView::TerminalView(int descriptor) : descriptor_(descriptor), terminal_(descriptor), screen_(screen_of(descriptor)) {}

void TerminalView::event(const Event& event) {
  screen_.event(event);
  draw();
}

void TerminalView::notice(const Notice& notice) {
  screen_.notice(notice.sentence);
  draw();
}

void TerminalView::status(const ListenStatus& status) {
  std::string line = status_line(status);
  if (line == status_) return;
  status_ = std::move(line);
  screen_.status(status_);
  draw();
}

void TerminalView::refresh() {
  terminal_.make_ready();
  const TerminalSize size = terminal_size(descriptor_);
  terminal_.write(screen_.resize(size.columns, size.rows));
}

void TerminalView::end(double, const std::string&) {
  screen_.status({});
  terminal_.write(screen_.leave());
}

}  // namespace attend::tools
