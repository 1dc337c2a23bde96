#include "transcription.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

namespace attend::tools {
namespace {

/// Short, so that a live pipe is decoded as it speaks and a request to stop is soon noticed.
constexpr int blocks_per_second = 10;

/// One recogniser and the part of the recording that it hears.
class Voice {
 public:
  Voice(std::unique_ptr<Recogniser> recogniser, int channel, std::int64_t first_frame)
      : recogniser_(std::move(recogniser)), channel_(channel), first_frame_(first_frame) {}

  /// `block` begins at frame `position` and has `stride` interleaved channels.
  void hear(std::span<const float> block, std::int64_t position, std::size_t stride, const TranscriptionListener& listener) {
    const auto frames = static_cast<std::int64_t>(block.size() / stride);
    const auto dropped = static_cast<std::size_t>(std::clamp<std::int64_t>(first_frame_ - position, 0, frames));
    const auto part = block.subspan(dropped * stride);
    if (part.empty()) return;
    recogniser_->write(channel_ == 0 ? part : pick(part, stride));
    tell(listener);
  }

  void finish(const TranscriptionListener& listener) {
    recogniser_->finish();
    tell(listener);
  }

 private:
  std::span<const float> pick(std::span<const float> block, std::size_t stride) {
    mono_.resize(block.size() / stride);
    for (std::size_t i = 0; i < mono_.size(); ++i) mono_[i] = block[i * stride + static_cast<std::size_t>(channel_ - 1)];
    return mono_;
  }

  void tell(const TranscriptionListener& listener) {
    while (const auto event = recogniser_->read()) listener.event(channel_, *event);
  }

  std::unique_ptr<Recogniser> recogniser_;
  int channel_;
  std::int64_t first_frame_;
  std::vector<float> mono_;
};

std::int64_t to_frames(double seconds, int sample_rate) {
  return std::llround(seconds * sample_rate);
}

std::vector<Voice> open_voices(const AudioInput& audio, const OpenRecogniser& open, const TranscriptionOptions& options) {
  const bool split = options.channels == ChannelMode::split;
  std::vector<Voice> voices;
  for (std::size_t i = 0; i < options.from.size(); ++i) {
    voices.emplace_back(open(audio.sample_rate(), split ? 1 : audio.channels(), options.from[i]),
                        split ? static_cast<int>(i) + 1 : 0, to_frames(options.from[i].seconds, audio.sample_rate()));
  }
  return voices;
}

std::int64_t skip_to_first(AudioInput& audio, std::span<const ResumePoint> from) {
  const ResumePoint& first = *std::ranges::min_element(from, {}, &ResumePoint::seconds);
  const std::int64_t frames = to_frames(first.seconds, audio.sample_rate());
  return frames > 0 ? audio.skip(frames) : 0;
}

}  // namespace

int count_voices(const AudioInput& audio, ChannelMode mode) {
  return mode == ChannelMode::split ? audio.channels() : 1;
}

Ending transcribe_audio(AudioInput& audio, const OpenRecogniser& open, const TranscriptionOptions& options,
                        const TranscriptionListener& listener, const std::stop_token& stop) {
  const auto stride = static_cast<std::size_t>(audio.channels());
  std::vector<Voice> voices = open_voices(audio, open, options);
  std::vector<float> block(stride * static_cast<std::size_t>(std::max(1, audio.sample_rate() / blocks_per_second)));
  Ending ending;
  std::int64_t position = 0;
  try {
    position = skip_to_first(audio, options.from);
    while (!stop.stop_requested()) {
      const std::size_t count = audio.read(block);
      if (count == 0) break;
      for (Voice& voice : voices) voice.hear(std::span(block).first(count), position, stride, listener);
      position += static_cast<std::int64_t>(count / stride);
      listener.heard(static_cast<double>(position) / audio.sample_rate());
    }
  } catch (const Error& error) {
    ending.error = error.what();
  }
  ending.duration = static_cast<double>(position) / audio.sample_rate();
  if (stop.stop_requested()) ending.error = "The run was interrupted.";
  if (stop.stop_requested() && !options.finish_when_stopped) return ending;
  for (Voice& voice : voices) voice.finish(listener);
  return ending;
}

}  // namespace attend::tools
