#include "frontend/log_mel.hpp"

#include <kissfft/kiss_fftr.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string>
#include <utility>

#include "frontend/mel_filters.hpp"

namespace attend::frontend {
namespace {

constexpr int longest_fft = 1 << 16;
constexpr int most_bins = 4096;
constexpr float full_scale = 32768;  // a power of two: scaling by it rounds nothing

struct FreeFft {
  void operator()(kiss_fftr_state* state) const { kiss_fftr_free(state); }
};
using Fft = std::unique_ptr<kiss_fftr_state, FreeFft>;

Status check(const LogMelConfig& config) {
  const auto refuse = [](const std::string& what) { return fail(ErrorCode::invalid_argument, "log-mel features: " + what); };
  if (config.sample_rate < 1000 || config.sample_rate > 768000) return refuse("sample_rate must lie between 1,000 and 768,000 Hz");
  if (config.fft < 2 || config.fft > longest_fft || !std::has_single_bit(static_cast<unsigned>(config.fft))) {
    return refuse("fft must be a power of two up to " + std::to_string(longest_fft));
  }
  if (config.window_samples < 2 || config.window_samples > config.fft)
    return refuse("the window must have 2 samples or more and fit the fft");
  if (config.hop_samples < 1 || config.hop_samples > config.window_samples)
    return refuse("the hop must have 1 sample or more and no more than the window");
  if (config.bins < 1 || config.bins > most_bins) return refuse("bins must lie between 1 and " + std::to_string(most_bins));
  // Written so that NaN fails.
  if (!(config.low_hz >= 0 && config.low_hz < config.high_hz && config.high_hz <= 0.5F * static_cast<float>(config.sample_rate))) {
    return refuse("low_hz and high_hz must rise and lie between 0 and half the sample rate");
  }
  if (!(config.preemphasis >= 0 && config.preemphasis <= 1)) return refuse("preemphasis must lie between 0 and 1");
  if (!(config.floor > 0 && std::isfinite(config.floor))) return refuse("floor must be above 0");
  return {};
}

/// Kaldi's windows (feat/feature-window.cc): Hann's, symmetric, and Povey's, which is Hann's to the power of 0.85.
std::vector<float> window_of(Window kind, int size) {
  std::vector<float> window(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) {
    const double hann = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * i / (size - 1));
    window[static_cast<std::size_t>(i)] = static_cast<float>(kind == Window::povey ? std::pow(hann, 0.85) : hann);
  }
  return window;
}

/// Eight partial sums, which the compiler turns into vectors without leave to reorder.
float mean_of(std::span<const float> values) {
  std::array<float, 8> sums{};
  std::size_t i = 0;
  for (; i + sums.size() <= values.size(); i += sums.size()) {
    for (std::size_t lane = 0; lane < sums.size(); ++lane) sums[lane] += values[i + lane];
  }
  for (std::size_t lane = 0; i < values.size(); ++i, ++lane) sums[lane] += values[i];
  const float total = ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
  return total / static_cast<float>(values.size());
}

}  // namespace

struct LogMel::Impl {
  LogMelConfig config;
  std::vector<float> window;
  MelFilters filters;
  Fft fft;

  std::vector<float> held;  // [capacity]: samples not yet used up, in the range of 16-bit integers
  std::size_t held_count = 0;

  std::vector<float> centred;          // [window]
  std::vector<float> frame;            // [fft]; beyond the window always zero
  std::vector<kiss_fft_cpx> spectrum;  // [fft / 2 + 1]
  std::vector<float> power;            // [fft / 2]

  Impl(const LogMelConfig& given, MelFilters mel_filters, Fft plan)
      : config(given),
        window(window_of(given.window, given.window_samples)),
        filters(std::move(mel_filters)),
        fft(std::move(plan)),
        held(static_cast<std::size_t>(given.window_samples + 16 * given.hop_samples)),
        centred(window.size()),
        frame(static_cast<std::size_t>(given.fft)),
        spectrum(frame.size() / 2 + 1),
        power(frame.size() / 2) {}

  std::size_t take(std::span<const float> samples);
  void drain(std::vector<float>& rows);
  void compute(std::span<const float> samples, std::span<float> row);
};

/// Copies what fits behind the samples held and returns how many that were.
std::size_t LogMel::Impl::take(std::span<const float> samples) {
  const std::size_t count = std::min(samples.size(), held.size() - held_count);
  std::transform(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count),
                 held.begin() + static_cast<std::ptrdiff_t>(held_count), [](float sample) { return sample * full_scale; });
  held_count += count;
  return count;
}

/// Appends the rows whose windows are complete, and moves the rest of the samples to the front.
void LogMel::Impl::drain(std::vector<float>& rows) {
  const auto hop = static_cast<std::size_t>(config.hop_samples);
  const auto bins = static_cast<std::size_t>(config.bins);
  if (held_count < window.size()) return;
  const std::size_t count = (held_count - window.size()) / hop + 1;
  const std::size_t before = rows.size();
  rows.resize(before + count * bins);
  for (std::size_t i = 0; i < count; ++i) {
    compute(std::span(held).subspan(i * hop, window.size()), std::span(rows).subspan(before + i * bins, bins));
  }
  std::copy(held.begin() + static_cast<std::ptrdiff_t>(count * hop), held.begin() + static_cast<std::ptrdiff_t>(held_count),
            held.begin());
  held_count -= count * hop;
}

/// One frame, [window] → [bins], in Kaldi's order of things (feat/feature-window.cc, feat/feature-fbank.cc).
void LogMel::Impl::compute(std::span<const float> samples, std::span<float> row) {
  const float mean = config.remove_dc ? mean_of(samples) : 0;
  const float emphasis = config.preemphasis;
  for (std::size_t i = 0; i < samples.size(); ++i) centred[i] = samples[i] - mean;
  frame[0] = (centred[0] - emphasis * centred[0]) * window[0];
  for (std::size_t i = 1; i < centred.size(); ++i) frame[i] = (centred[i] - emphasis * centred[i - 1]) * window[i];
  kiss_fftr(fft.get(), frame.data(), spectrum.data());
  for (std::size_t i = 0; i < power.size(); ++i) power[i] = spectrum[i].r * spectrum[i].r + spectrum[i].i * spectrum[i].i;
  filters.apply(power, row);
  for (float& value : row) value = std::log(std::max(value, config.floor));
}

LogMel::LogMel(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LogMel::~LogMel() = default;
LogMel::LogMel(LogMel&&) noexcept = default;
LogMel& LogMel::operator=(LogMel&&) noexcept = default;

Result<LogMel> LogMel::create(const LogMelConfig& config) {
  if (auto checked = check(config); !checked) return tl::unexpected(std::move(checked.error()));
  auto filters =
      MelFilters::create(config.bins, config.fft / 2, static_cast<float>(config.sample_rate), config.low_hz, config.high_hz);
  if (!filters) return tl::unexpected(std::move(filters.error()));
  Fft fft(kiss_fftr_alloc(config.fft, 0, nullptr, nullptr));
  if (!fft)
    return fail(ErrorCode::out_of_memory, "log-mel features: no memory for an fft of " + std::to_string(config.fft) + " points");
  return LogMel(std::make_unique<Impl>(config, std::move(*filters), std::move(fft)));
}

void LogMel::push(std::span<const float> samples, std::vector<float>& rows) {
  while (!samples.empty()) {
    samples = samples.subspan(impl_->take(samples));
    impl_->drain(rows);
  }
}

void LogMel::reset() {
  impl_->held_count = 0;
}

}  // namespace attend::frontend
