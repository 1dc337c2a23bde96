#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "file_descriptor.hpp"

namespace attend::tools {

/// How far a run has come.
struct ProgressState {
  std::size_t inputs = 0, done = 0;
  std::optional<double> fraction;  ///< of all bytes, in [0,1]; unknown with standard input
  double new_fraction = 0;         ///< the part of it that this run did itself
  double new_seconds = 0;          ///< audio decoded by this run
  double elapsed = 0;              ///< seconds
  std::string name;                ///< an input in work
};

/// "2 of 5 inputs, 45 %, 31 times real time, 2:13 left: talk.wav", in at most `width` characters.
std::string progress_line(const ProgressState& state, std::size_t width);

/// One line on a terminal, rewritten a few times a second. Safe to use from several threads.
class Progress {
 public:
  /// `terminal`: a descriptor to write to; negative shows nothing. `bytes`: size of all inputs, of which `done_before` need no
  /// work.
  Progress(int terminal, std::size_t inputs, std::uintmax_t bytes);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// An input is taken up `from` seconds in; `seconds`: its length, if known.
  void begin(std::size_t input, const std::string& name, std::uintmax_t bytes, double from, std::optional<double> seconds);
  void heard(std::size_t input, double seconds);
  void end(std::size_t input);

 private:
  struct Work {
    std::string name;
    double bytes = 0;
    double from = 0;
    double reached = 0;
    std::optional<double> seconds;
  };

  static double share(const Work& work, double seconds);
  ProgressState state() const;
  void show(bool now);
  void clear();

  int terminal_;
  std::size_t inputs_;
  double bytes_;
  std::chrono::steady_clock::time_point started_, shown_;
  mutable std::mutex mutex_;
  std::map<std::size_t, Work> working_;
  std::size_t done_ = 0;
  double done_bytes_ = 0;  ///< of ended inputs
  double new_bytes_ = 0;   ///< of those, what this run decoded
  double new_seconds_ = 0;
  bool visible_ = false;
};

}  // namespace attend::tools
