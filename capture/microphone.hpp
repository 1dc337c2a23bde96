// Sound from a device, through PortAudio: a library of its own, so that programs that bring their samples along need no sound
// system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace attend::capture {

/// A device that sound can come from.
struct Device {
  int number = 0;  ///< as PortAudio counts; changes when devices come and go
  std::string name;
  std::string host;  ///< the sound system that offers it: "ALSA"
  int channels = 0;
  double default_rate = 0;  ///< Hz
  bool is_default = false;
};

/// Asks the sound system anew. An empty list is no failure.
Result<std::vector<Device>> list_devices();

/// The device that `wanted` means: a number, or a part of a name in any case (the first that fits, the default one before others);
/// empty: the default device. The failure names what there is.
Result<Device> choose_device(std::span<const Device> devices, const std::string& wanted);

struct MicrophoneOptions {
  std::string device;            ///< as for choose_device
  std::optional<double> rate;    ///< Hz; unset: the device's own
  std::optional<int> channel;    ///< 1 for the first; unset: the mean of all, or the sound server's own mix where there is one
  double buffer_seconds = 10.0;  ///< sound that waits for `read` before samples are lost
};

/// An open device. PortAudio's callback thread only copies into a lock-free ring; everything else happens in the calls below, which
/// belong to one thread at a time. Opening and destroying ask the sound system and may take seconds (up to a minute with a sound
/// server that hangs): a thread with other duties leaves them to another.
///
/// ALSA and JACK are kept from printing to standard error. PortAudio itself prints "Expression … failed" there when a device
/// vanishes or does not open, and has no switch for that: a program that draws on the terminal points descriptor 2 elsewhere
/// meanwhile.
class Microphone {
 public:
  /// `wake` is called on PortAudio's thread after samples came or the device stopped; it must not block nor allocate (write to an
  /// eventfd). The failure says what to do: no sound system, no such device, device in use, rate not possible.
  static Result<Microphone> open(const MicrophoneOptions& options, std::function<void()> wake);
  ~Microphone();
  Microphone(Microphone&&) noexcept;
  Microphone& operator=(Microphone&&) noexcept;

  const Device& device() const;
  double rate() const;  ///< Hz, of what `read` gives

  /// Mono samples in [-1, 1] that have come, at most as many as fit; returns how many. Never waits.
  std::size_t read(std::span<float> samples);
  /// Samples lost so far, because nobody read in time or the system told of an overflow.
  std::uint64_t lost() const;
  /// False once the device has vanished or stopped, or has given nothing for four seconds (which calls nobody: ask now and then);
  /// what it gave before can still be read.
  bool running() const;

 private:
  class Impl;
  explicit Microphone(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace attend::capture
