#include "progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "printable.hpp"
#include "utf8.hpp"

namespace attend::tools {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds pause_between_lines{200};
/// Before this much was done, the time left is a guess not worth showing.
constexpr double steady_after_seconds = 2.0;

std::string clock_time(double seconds) {
  const long long total = std::llround(std::min(seconds, 1e9));
  char text[48];
  if (total >= 3600) {
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", total / 3600, total / 60 % 60, total % 60);
  } else {
    std::snprintf(text, sizeof text, "%lld:%02lld", total / 60, total % 60);
  }
  return text;
}

std::size_t terminal_width(int terminal) {
  winsize size{};
  const bool known = ::ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

void put(int terminal, const std::string& text) {
  // A terminal that has gone away shows no progress; the work goes on.
  [[maybe_unused]] const ssize_t written = ::write(terminal, text.data(), text.size());
}

}  // namespace

std::string progress_line(const ProgressState& state, std::size_t width) {
  std::string line;
  const auto add = [&line](const std::string& part) { line += (line.empty() ? "" : ", ") + part; };
  if (state.inputs > 1) add(std::to_string(state.done) + " of " + std::to_string(state.inputs) + " inputs");
  if (state.fraction) add(std::to_string(static_cast<int>(std::clamp(*state.fraction, 0.0, 1.0) * 100)) + " %");
  if (!state.fraction) add(clock_time(state.new_seconds) + " heard");
  if (state.elapsed >= steady_after_seconds && state.new_seconds > 0) {
    char speed[48];
    std::snprintf(speed, sizeof speed, "%.*f times real time", state.new_seconds < 10 * state.elapsed ? 1 : 0,
                  state.new_seconds / state.elapsed);
    add(speed);
    if (state.fraction && state.new_fraction > 0) {
      add(clock_time(std::max(0.0, 1 - *state.fraction) * state.elapsed / state.new_fraction) + " left");
    }
  }
  if (!state.name.empty()) line += ": " + printable(state.name);
  return std::string(first_characters(line, width));
}

Progress::Progress(int terminal, std::size_t inputs, std::uintmax_t bytes)
    : terminal_(terminal), inputs_(inputs), bytes_(static_cast<double>(bytes)), started_(steady_clock::now()), shown_(started_) {}

Progress::~Progress() {
  clear();
}

void Progress::begin(std::size_t input, const std::string& name, std::uintmax_t bytes, double from, std::optional<double> seconds) {
  const std::lock_guard lock(mutex_);
  working_[input] = {name, static_cast<double>(bytes), from, from, seconds};
  show(true);
}

void Progress::heard(std::size_t input, double seconds) {
  const std::lock_guard lock(mutex_);
  Work& work = working_[input];
  new_seconds_ += std::max(0.0, seconds - work.reached);
  work.reached = std::max(work.reached, seconds);
  show(false);
}

void Progress::end(std::size_t input) {
  const std::lock_guard lock(mutex_);
  const auto work = working_.find(input);
  ++done_;
  if (work != working_.end()) {
    done_bytes_ += work->second.bytes;
    new_bytes_ += work->second.bytes - share(work->second, work->second.from);
    working_.erase(work);
  }
  show(done_ < inputs_);
}

double Progress::share(const Work& work, double seconds) {
  return work.seconds && *work.seconds > 0 ? work.bytes * std::min(1.0, seconds / *work.seconds) : 0;
}

ProgressState Progress::state() const {
  ProgressState state{inputs_, done_, std::nullopt, 0, new_seconds_, 0, {}};
  state.elapsed = std::chrono::duration<double>(steady_clock::now() - started_).count();
  double done = done_bytes_;
  double done_here = new_bytes_;
  for (const auto& [input, work] : working_) {
    done += share(work, work.reached);
    done_here += share(work, work.reached) - share(work, work.from);
    state.name = work.name;
  }
  if (bytes_ > 0) {
    state.fraction = done / bytes_;
    state.new_fraction = done_here / bytes_;
  }
  return state;
}

void Progress::show(bool now) {
  if (terminal_ < 0) return;
  const auto time = steady_clock::now();
  if (!now && time - shown_ < pause_between_lines) return;
  shown_ = time;
  visible_ = true;
  put(terminal_, "\r" + progress_line(state(), terminal_width(terminal_) - 1) + "\x1b[K");
}

void Progress::clear() {
  if (visible_) put(terminal_, "\r\x1b[K");
}

}  // namespace attend::tools
