#include "capture/microphone.hpp"

#include <portaudio.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <utility>

#include "capture/arrival.hpp"
#include "capture/intake.hpp"
#include "capture/open_failure.hpp"
#include "capture/quiet.hpp"
#include "capture/sound_system.hpp"

namespace attend::capture {
namespace {

constexpr std::array common_rates = {48000.0, 44100.0, 16000.0, 32000.0, 22050.0, 8000.0, 96000.0};

// Devices with so many channels are no devices but mixers of the sound server (ALSA's plugin for PulseAudio says 32, PipeWire's 64,
// PortAudio cuts at 128), which make as many channels of whatever is connected as they are asked for.
constexpr int mixer_channels = 32;

// How much sound the system may hold back for us when the machine is busy. It arrives in parts of about a third of that.
constexpr double least_latency = 0.1;  // seconds

// A device that gives nothing for so long is gone, even if no end was reported: a sound server that hangs, or a device that
// PortAudio keeps restarting in vain. Servers may take two seconds to begin.
constexpr std::chrono::duration<double> longest_wait = std::chrono::seconds(4);

struct Channels {
  int opened = 1;
  std::optional<std::size_t> picked;  // from 0
};

Result<Channels> plan_channels(const Device& device, const std::optional<int>& wanted) {
  if (!wanted) {
    return Channels{device.channels >= mixer_channels ? 1 : device.channels, std::nullopt};
  }
  if (*wanted < 1 || *wanted > device.channels) {
    return fail(ErrorCode::invalid_argument, "channel " + std::to_string(*wanted) + " does not exist: the device \"" + device.name +
                                                 "\" has channels 1 to " + std::to_string(device.channels));
  }
  // A mixer asked for one channel would give the mean of all.
  return Channels{std::min(device.channels, std::max(*wanted, 2)), static_cast<std::size_t>(*wanted - 1)};
}

Status check(const MicrophoneOptions& options) {
  if (options.rate && !(*options.rate >= 1000 && *options.rate <= 768000)) {
    return fail(ErrorCode::invalid_argument, "a rate to record at must lie between 1,000 and 768,000 Hz");
  }
  if (!(options.buffer_seconds >= 0.1 && options.buffer_seconds <= 3600)) {
    return fail(ErrorCode::invalid_argument, "the buffer of a recording must hold between 0.1 and 3600 seconds");
  }
  return {};
}

PaStreamParameters parameters_of(const Device& device, int channels) {
  const PaDeviceInfo* info = Pa_GetDeviceInfo(device.number);
  // PortAudio converts whatever the device gives to float, exactly for up to 24 bits.
  return {device.number, channels, paFloat32, std::max(info->defaultHighInputLatency, least_latency), nullptr};
}

std::vector<double> possible_rates(const PaStreamParameters& parameters) {
  std::vector<double> rates;
  std::ranges::copy_if(common_rates, std::back_inserter(rates),
                       [&](double rate) { return Pa_IsFormatSupported(&parameters, nullptr, rate) == paFormatIsSupported; });
  std::ranges::sort(rates);
  return rates;
}

std::string host_detail(PaError error) {
  const PaHostErrorInfo* info = error == paUnanticipatedHostError ? Pa_GetLastHostErrorInfo() : nullptr;
  return info == nullptr || info->errorText == nullptr ? "" : info->errorText;
}

}  // namespace

class Microphone::Impl {
 public:
  Impl(SoundSystem system, Device device, std::function<void()> wake)
      : system_(std::move(system)), device_(std::move(device)), wake_(std::move(wake)) {}
  ~Impl() { close(SoundSystem::Turn()); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status start(const MicrophoneOptions& options, const SoundSystem::Turn& turn);

  const Device& device() const { return device_; }
  double rate() const { return rate_; }
  Intake& intake() { return *intake_; }
  bool running() const {
    return !finished_.load(std::memory_order_acquire) && arrival_->silent_for(std::chrono::steady_clock::now()) < longest_wait;
  }

 private:
  PaError open_at(double rate, const PaStreamParameters& parameters, const Channels& channels, double buffer_seconds);
  void close(const SoundSystem::Turn& turn);
  void take(const float* frames, unsigned long count, bool overflow);
  void finish();

  static int on_samples(const void* input, void* output, unsigned long frames, const PaStreamCallbackTimeInfo* time,
                        PaStreamCallbackFlags flags, void* self);
  static void on_finished(void* self) { static_cast<Impl*>(self)->finish(); }

  SoundSystem system_;
  Device device_;
  std::function<void()> wake_;
  std::size_t channels_ = 1;
  double rate_ = 0;
  std::optional<Intake> intake_;
  std::optional<Arrival> arrival_;
  std::atomic<bool> finished_ = false;
  PaStream* stream_ = nullptr;
};

// Runs on PortAudio's thread, for every block.
void Microphone::Impl::take(const float* frames, unsigned long count, bool overflow) {
  const auto now = std::chrono::steady_clock::now();
  if (overflow) {
    intake_->add_lost(arrival_->note_gap(now, count));
  } else {
    arrival_->note(now);
  }
  if (frames == nullptr) {
    intake_->add_lost(count);
  } else {
    intake_->take({frames, count * channels_});
  }
  if (wake_) {
    wake_();
  }
}

void Microphone::Impl::finish() {
  finished_.store(true, std::memory_order_release);
  if (wake_) {
    wake_();
  }
}

int Microphone::Impl::on_samples(const void* input, void* /*output*/, unsigned long frames,
                                 const PaStreamCallbackTimeInfo* /*time*/, PaStreamCallbackFlags flags, void* self) {
  keep_this_thread_quiet();
  static_cast<Impl*>(self)->take(static_cast<const float*>(input), frames, (flags & paInputOverflow) != 0);
  return paContinue;
}

PaError Microphone::Impl::open_at(double rate, const PaStreamParameters& parameters, const Channels& channels,
                                  double buffer_seconds) {
  const PaError error =
      Pa_OpenStream(&stream_, &parameters, nullptr, rate, paFramesPerBufferUnspecified, paNoFlag, on_samples, this);
  if (error != paNoError) {
    stream_ = nullptr;
    return error;
  }
  const PaStreamInfo* info = Pa_GetStreamInfo(stream_);
  rate_ = info == nullptr ? rate : info->sampleRate;
  channels_ = static_cast<std::size_t>(channels.opened);
  intake_.emplace(channels_, channels.picked, static_cast<std::size_t>(std::ceil(buffer_seconds * rate_)));
  arrival_.emplace(rate_, std::chrono::steady_clock::now());
  Pa_SetStreamFinishedCallback(stream_, on_finished);
  return Pa_StartStream(stream_);
}

Status Microphone::Impl::start(const MicrophoneOptions& options, const SoundSystem::Turn& turn) {
  const auto channels = plan_channels(device_, options.channel);
  if (!channels) {
    return tl::unexpected(channels.error());
  }
  const PaStreamParameters parameters = parameters_of(device_, channels->opened);
  std::vector<double> rates = {options.rate.value_or(device_.default_rate)};
  if (!options.rate) {
    rates.insert(rates.end(), common_rates.begin(), common_rates.end());  // some drivers name a default that they do not take
  }
  PaError error = paInvalidSampleRate;
  std::string detail;
  for (auto rate = rates.begin(); rate != rates.end() && error == paInvalidSampleRate; ++rate) {
    error = open_at(*rate, parameters, *channels, options.buffer_seconds);
    if (error != paNoError) {
      detail = host_detail(error);
      close(turn);
    }
  }
  if (error == paInvalidSampleRate) {
    return tl::unexpected(rate_failure(rates.front(), device_, possible_rates(parameters)));
  }
  return error == paNoError ? Status() : tl::unexpected(open_failure(error, device_, detail));
}

void Microphone::Impl::close(const SoundSystem::Turn&) {
  if (stream_ != nullptr) {
    Pa_CloseStream(std::exchange(stream_, nullptr));  // waits for PortAudio's thread to end
  }
}

Microphone::Microphone(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Microphone::~Microphone() = default;
Microphone::Microphone(Microphone&&) noexcept = default;
Microphone& Microphone::operator=(Microphone&&) noexcept = default;

Result<Microphone> Microphone::open(const MicrophoneOptions& options, std::function<void()> wake) {
  if (auto sane = check(options); !sane) {
    return tl::unexpected(sane.error());
  }
  auto system = SoundSystem::start();
  if (!system) {
    return tl::unexpected(system.error());
  }
  std::unique_ptr<Impl> impl;
  {
    const SoundSystem::Turn turn;
    auto device = choose_device(system->devices(turn), options.device);
    if (!device) {
      return tl::unexpected(device.error());
    }
    impl = std::make_unique<Impl>(std::move(*system), std::move(*device), std::move(wake));
    if (auto started = impl->start(options, turn); !started) {
      return tl::unexpected(started.error());
    }
  }
  return Microphone(std::move(impl));
}

const Device& Microphone::device() const {
  return impl_->device();
}
double Microphone::rate() const {
  return impl_->rate();
}
std::size_t Microphone::read(std::span<float> samples) {
  return impl_->intake().read(samples);
}
std::uint64_t Microphone::lost() const {
  return impl_->intake().lost();
}
bool Microphone::running() const {
  return impl_->running();
}

Result<std::vector<Device>> list_devices() {
  auto system = SoundSystem::start();
  if (!system) {
    return tl::unexpected(system.error());
  }
  const SoundSystem::Turn turn;
  return system->devices(turn);
}

}  // namespace attend::capture
