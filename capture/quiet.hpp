// A host's terminal belongs to the host.
#pragma once

namespace attend::capture {

/// While it lives, ALSA and JACK print nothing on behalf of this thread: probing a machine without a sound card otherwise writes a
/// hundred lines to standard error. It takes the libraries' own hooks, since pointing descriptor 2 elsewhere would swallow what
/// other threads of the host write meanwhile. ALSA's hook is the thread's; JACK's are the process's, which SoundSystem's lock keeps
/// to one user at a time and which are put back. A host that took ALSA's process-wide hook keeps receiving everything.
class Quiet {
 public:
  Quiet();
  ~Quiet();
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  using AnyFunction = void (*)();
  AnyFunction alsa_ = nullptr;
  AnyFunction jack_error_ = nullptr;
  AnyFunction jack_info_ = nullptr;
};

/// The same for ALSA on a thread of PortAudio's, for good. Neither blocks nor allocates.
void keep_this_thread_quiet();

}  // namespace attend::capture
