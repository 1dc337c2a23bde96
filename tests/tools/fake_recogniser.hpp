#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "audio_input.hpp"
#include "recogniser.hpp"

namespace attend::tools::test {

/// Hears in every second of audio the word that its samples spell: sample values are constant over a second and are the word's
/// number. A segment ends with every third second of the recording.
class FakeRecogniser : public Recogniser {
 public:
  FakeRecogniser(int rate, int channels, const ResumePoint& from)
      : rate_(rate), channels_(channels), second_(std::llround(from.seconds)), segment_(from.next_segment) {
    begin_ = from.seconds;
  }

  void write(std::span<const float> samples) override { samples_.insert(samples_.end(), samples.begin(), samples.end()); }
  void finish() override { finished_ = true; }

  std::optional<Event> read() override {
    const auto second = static_cast<std::size_t>(rate_) * static_cast<std::size_t>(channels_);
    if (samples_.size() >= second) return next_word(second);
    if (!std::exchange(finished_, false) || words_.empty()) return std::nullopt;
    return event(EventKind::final, Cause::end);
  }

 private:
  Event next_word(std::size_t second) {
    const double start = static_cast<double>(second_++);
    words_.push_back({"w" + std::to_string(std::lround(samples_.front())), start + 0.25, start + 0.75, 0.5f, 1});
    samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(second));
    return second_ % 3 == 0 ? event(EventKind::final, Cause::endpoint) : event(EventKind::partial, Cause::chunk);
  }

  Event event(EventKind kind, Cause cause) {
    Event result{kind, cause, segment_, words_, {}, static_cast<double>(second_), begin_, 0};
    if (kind == EventKind::partial) return result;
    result.segment_end = begin_ = static_cast<double>(second_);
    words_.clear();
    ++segment_;
    return result;
  }

  int rate_, channels_;
  std::int64_t second_, segment_;
  double begin_;
  bool finished_ = false;
  std::vector<float> samples_;
  std::vector<Word> words_;
};

inline OpenRecogniser open_fakes() {
  return [](int rate, int channels, const ResumePoint& from) { return std::make_unique<FakeRecogniser>(rate, channels, from); };
}

/// Second i of channel c (from 0) spells the word 100·c + i. Breaks off behind `breaks_at` frames if that is set.
class FakeAudio : public AudioInput {
 public:
  FakeAudio(int rate, int channels, std::int64_t frames, std::optional<std::int64_t> breaks_at = std::nullopt)
      : rate_(rate), channels_(channels), frames_(frames), breaks_at_(breaks_at) {}

  int sample_rate() const override { return rate_; }
  int channels() const override { return channels_; }
  std::optional<double> seconds() const override { return static_cast<double>(frames_) / rate_; }

  std::size_t read(std::span<float> interleaved) override {
    const std::int64_t end = std::min(frames_, breaks_at_.value_or(frames_));
    std::size_t count = 0;
    for (; count < interleaved.size() && position_ < end; ++position_) {
      for (int c = 0; c < channels_; ++c) interleaved[count++] = static_cast<float>(100 * c + position_ / rate_);
    }
    if (count == 0 && breaks_at_) throw Error(Fault::malformed, "fake.wav breaks off.");
    return count;
  }

  std::int64_t skip(std::int64_t frames) override {
    const std::int64_t skipped = std::min(frames, frames_ - position_);
    position_ += skipped;
    return skipped;
  }

 private:
  int rate_, channels_;
  std::int64_t frames_, position_ = 0;
  std::optional<std::int64_t> breaks_at_;
};

}  // namespace attend::tools::test
