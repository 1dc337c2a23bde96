/// What a session of `attend listen` tells, and who can be told.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "attend/attend.hpp"
#include "pace_change.hpp"

namespace attend::tools {

enum class NoticeKind {
  source,   ///< the sound broke off or could not be had
  gap,      ///< it is back; `seconds` were not heard
  lost,     ///< `samples` were lost on the way
  load,     ///< a chunk is now `chunk` long because `seconds` of audio wait, or because none do
  silence,  ///< nothing but silence arrives
  output,   ///< a file cannot be written any more
};

/// Something besides words that the user should know.
struct Notice {
  NoticeKind kind = NoticeKind::source;
  std::string sentence;
  double audio_time = 0;  ///< seconds heard by then
  double seconds = 0;
  std::uint64_t samples = 0;
  std::chrono::milliseconds chunk{};
};

/// How things stand.
struct ListenStatus {
  double heard = 0;  ///< seconds of audio so far
  double peak_dbfs = -100;
  double lag = 0;          ///< seconds of audio that wait for recognition
  std::uint64_t lost = 0;  ///< samples
  std::chrono::milliseconds chunk{};
  bool connected = false;
  bool finishing = false;  ///< nothing more is heard; the rest is being recognised
};

/// Somebody who is told. Calls come on one thread, in the order of what happened.
class ListenOutput {
 public:
  virtual ~ListenOutput() = default;
  virtual void event(const Event&) {}
  virtual void notice(const Notice&) {}
  /// Mono samples as they are heard, before they are recognised.
  virtual void sound(std::span<const std::int16_t>, int /*sample_rate*/) {}
  /// A decision about the pace of recognition.
  virtual void pace(const PaceChange&) {}
  /// Some of what it had to pass on to a reader is written, or could not be: it tells of that as the other calls do.
  virtual void written() {}
  /// Bytes that wait for a reader who is slower than what there is to read.
  virtual std::size_t unread() const { return 0; }
  /// So much waits that a source that loses nothing by it should wait as well.
  virtual bool behind() const { return false; }
  /// The session is over; `heard` seconds in all. `fault`: the sentence that says why it failed; empty: it did not.
  virtual void end(double /*heard*/, const std::string& /*fault*/) {}
};

}  // namespace attend::tools
