#include "terminal_view.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "ordered_output.hpp"
#include "status_line.hpp"

namespace attend::tools {
namespace {

constexpr const char* hide_cursor = "\x1b[?25l";
constexpr const char* show_cursor = "\x1b[?25h";
/// Never reached: a terminal that takes nothing is not drawn to.
constexpr std::size_t most_unread = std::size_t{16} << 20;
/// More than any terminal shows.
constexpr std::size_t many_lines = 1000;
/// How long a terminal that takes nothing is waited for when it is given back.
constexpr std::chrono::milliseconds last_wait{200};

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

CaptionTerminal::CaptionTerminal(int descriptor, std::function<void()> changed)
    : descriptor_(descriptor), out_(descriptor, most_unread, std::move(changed)) {
  termios mode{};
  if (::tcgetattr(descriptor_, &mode) == 0) before_ = mode;
  make_ready();
}

CaptionTerminal::~CaptionTerminal() {
  make_as_before();
}

void CaptionTerminal::make_as_before() {
  if (before_) ::tcsetattr(descriptor_, TCSANOW, &*before_);
  out_.write(show_cursor);
  out_.wait(last_wait);
}

void CaptionTerminal::make_ready() {
  if (before_) {
    termios mode = *before_;
    mode.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON);
    mode.c_iflag &= ~static_cast<tcflag_t>(IXON);
    ::tcsetattr(descriptor_, TCSANOW, &mode);
  }
  out_.write(hide_cursor);
}

void CaptionTerminal::write(std::string text) {
  check();
  out_.write(std::move(text));
}

void CaptionTerminal::check() const {
  if (out_.fault() != 0) throw ReaderGone();
}

TerminalView::TerminalView(int descriptor, std::function<void()> changed)
    : descriptor_(descriptor), terminal_(descriptor, std::move(changed)), screen_(screen_of(descriptor)) {}

void TerminalView::draw() {
  to_draw_ = terminal_.unread() > 0;
  if (!to_draw_) terminal_.write(screen_.draw());
}

void TerminalView::written() {
  terminal_.check();
  if (over_) return;
  if (std::exchange(to_resize_, false)) {
    refresh();
  } else if (to_draw_) {
    draw();
  }
}

bool TerminalView::behind() const {
  return screen_.undrawn() > many_lines;
}

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
  to_resize_ = terminal_.unread() > 0;
  if (to_resize_) return terminal_.check();
  terminal_.make_ready();
  const TerminalSize size = terminal_size(descriptor_);
  terminal_.write(screen_.resize(size.columns, size.rows));
}

void TerminalView::end(double, const std::string&) {
  over_ = true;
  screen_.status({});
  terminal_.write(screen_.leave());
}

}  // namespace attend::tools
