#include "frontend/feature_pipeline.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace attend::frontend {
namespace {

constexpr int most_channels = 1024;
constexpr std::size_t slice_frames = 4096;  // so that one long block needs no more memory than many short ones
constexpr float loudest = 65536;            // keeps powers finite; leaves room for float files scaled like 16-bit integers

float sound_or_silence(float sample) {
  return std::isfinite(sample) ? std::clamp(sample, -loudest, loudest) : 0.0F;
}

/// The mean of one frame.
float mix(std::span<const float> frame) {
  float sum = 0;
  for (const float sample : frame) sum += sound_or_silence(sample);
  return sum / static_cast<float>(frame.size());
}

}  // namespace

FeaturePipeline::FeaturePipeline(const AudioFormat& input, const LogMelConfig& features, Resampler resampler, LogMel log_mel)
    : channels_(static_cast<std::size_t>(input.channels)),
      bins_(features.bins),
      resampler_(std::move(resampler)),
      log_mel_(std::move(log_mel)) {}

Result<FeaturePipeline> FeaturePipeline::create(const AudioFormat& input, const LogMelConfig& features) {
  if (input.channels < 1 || input.channels > most_channels) {
    return fail(ErrorCode::invalid_argument,
                std::to_string(input.channels) + " channels cannot be mixed: 1 to " + std::to_string(most_channels) + " can");
  }
  auto log_mel = LogMel::create(features);
  if (!log_mel) return tl::unexpected(std::move(log_mel.error()));
  auto resampler = Resampler::create(input.sample_rate, features.sample_rate);
  if (!resampler) return tl::unexpected(std::move(resampler.error()));
  return FeaturePipeline(input, features, std::move(*resampler), std::move(*log_mel));
}

std::int64_t FeaturePipeline::push(std::span<const float> interleaved, std::vector<float>& rows) {
  if (finished_) return 0;
  const std::int64_t before = samples_;
  if (!partial_frame_.empty()) {
    const std::size_t missing = std::min(channels_ - partial_frame_.size(), interleaved.size());
    partial_frame_.insert(partial_frame_.end(), interleaved.begin(), interleaved.begin() + static_cast<std::ptrdiff_t>(missing));
    interleaved = interleaved.subspan(missing);
    if (partial_frame_.size() == channels_) {
      mono_.push_back(mix(partial_frame_));
      partial_frame_.clear();
    }
  }
  while (interleaved.size() >= channels_) {
    const std::size_t frames = std::min(slice_frames, interleaved.size() / channels_);
    for (std::size_t i = 0; i < frames; ++i) mono_.push_back(mix(interleaved.subspan(i * channels_, channels_)));
    interleaved = interleaved.subspan(frames * channels_);
    advance(rows);
  }
  advance(rows);
  partial_frame_.insert(partial_frame_.end(), interleaved.begin(), interleaved.end());
  return samples_ - before;
}

std::int64_t FeaturePipeline::finish(std::vector<float>& rows) {
  if (finished_) return 0;
  const std::int64_t before = samples_;
  if (!partial_frame_.empty()) {
    partial_frame_.resize(channels_);
    mono_.push_back(mix(partial_frame_));
    partial_frame_.clear();
    advance(rows);
  }
  finished_ = true;
  resampler_.finish(resampled_);
  hand_on(rows);
  return samples_ - before;
}

/// Moves the mixed samples through the resampler.
void FeaturePipeline::advance(std::vector<float>& rows) {
  resampler_.push(mono_, resampled_);
  mono_.clear();
  hand_on(rows);
}

/// Moves the resampled samples into the features.
void FeaturePipeline::hand_on(std::vector<float>& rows) {
  log_mel_.push(resampled_, rows);
  samples_ += static_cast<std::int64_t>(resampled_.size());
  resampled_.clear();
}

}  // namespace attend::frontend
