// PortAudio, switched on for as long as somebody needs it.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "capture/microphone.hpp"
#include "capture/quiet.hpp"

namespace attend::capture {

/// Holds PortAudio initialised. PortAudio counts its users itself and learns of new devices only while it has none: the first to
/// come sees the devices of that moment, later ones the same until all have left. Usable from any thread, one at a time per object.
class SoundSystem {
 public:
  /// The right to call PortAudio, whose calls may not overlap in a process.
  class Turn {
   public:
    Turn();

   private:
    std::unique_lock<std::mutex> lock_;
    Quiet quiet_;
  };

  static Result<SoundSystem> start();
  ~SoundSystem();
  SoundSystem(SoundSystem&& other) noexcept : started_(std::exchange(other.started_, false)) {}
  SoundSystem& operator=(SoundSystem&&) = delete;

  /// Those that sound can come from. `turn` shows that it is the caller's.
  std::vector<Device> devices(const Turn& turn) const;

 private:
  SoundSystem() = default;
  bool started_ = true;
};

}  // namespace attend::capture
