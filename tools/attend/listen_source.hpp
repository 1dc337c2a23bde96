#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace attend::tools {

/// Who hears what a source gives.
class SourceListener {
 public:
  virtual ~SourceListener() = default;
  /// Sound begins, or begins again after a break.
  virtual void sound_begins(int sample_rate) = 0;
  /// Mono samples, in order.
  virtual void sound(std::span<const std::int16_t> samples) = 0;
  /// So many samples were lost before what comes next.
  virtual void samples_lost(std::uint64_t samples) = 0;
  /// The sound broke off, or cannot be had yet; the sentence says why and what is done about it.
  virtual void sound_breaks(const std::string& sentence) = 0;
  /// Nothing will follow. The sentence says what went wrong; empty: nothing did.
  virtual void sound_ends(const std::string& fault) = 0;
};

/// Where sound comes from. Everything happens on the thread of the event loop.
class Source {
 public:
  virtual ~Source() = default;
  /// For people and for the field `file` of events: "USB microphone", "tcp://desk:7000", "-".
  virtual const std::string& name() const = 0;
  /// `listener` must outlive the source or its stop().
  virtual void start(SourceListener& listener) = 0;
  /// Nothing more is wanted until resume(): a pipe or socket makes its writer wait.
  virtual void pause() = 0;
  virtual void resume() = 0;
  /// Hands over what has already come, and tells no more.
  virtual void stop() = 0;
};

}  // namespace attend::tools
