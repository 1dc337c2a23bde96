#include "capture/sound_system.hpp"

#include <portaudio.h>

#include <string>

#include "capture/alsa_check.hpp"

namespace attend::capture {
namespace {

// PortAudio is one per process, and so is the lock around it.
std::mutex& portaudio_lock() {
  static std::mutex lock;
  return lock;
}

}  // namespace

SoundSystem::Turn::Turn() : lock_(portaudio_lock()) {}

Result<SoundSystem> SoundSystem::start() {
  const Turn turn;
  if (auto sane = check_alsa(); !sane) {
    return tl::unexpected(sane.error());
  }
  if (const PaError error = Pa_Initialize(); error != paNoError) {
    return fail(ErrorCode::unreadable, std::string("the sound system does not start (PortAudio: ") + Pa_GetErrorText(error) +
                                           "); check that sound works in other programs");
  }
  return SoundSystem();
}

SoundSystem::~SoundSystem() {
  if (started_) {
    const Turn turn;
    Pa_Terminate();
  }
}

std::vector<Device> SoundSystem::devices(const Turn&) const {
  std::vector<Device> devices;
  const PaDeviceIndex standard = Pa_GetDefaultInputDevice();
  for (PaDeviceIndex number = 0; number < Pa_GetDeviceCount(); ++number) {
    const PaDeviceInfo* info = Pa_GetDeviceInfo(number);
    if (info == nullptr || info->maxInputChannels <= 0) {
      continue;
    }
    const PaHostApiInfo* host = Pa_GetHostApiInfo(info->hostApi);
    devices.push_back({number, info->name, host == nullptr ? "" : host->name, info->maxInputChannels, info->defaultSampleRate,
                       number == standard});
  }
  return devices;
}

}  // namespace attend::capture
