// Where samples come from: a file, a pipe, a child process. Nothing here knows what the samples are for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/result.hpp"

namespace attend::frontend {

struct AudioFormat {
  int sample_rate = 0;
  int channels = 0;
};

/// Interleaved float samples in [-1,1]; files of floats may hold anything, which FeaturePipeline makes harmless. One owner, not
/// thread-safe.
class AudioSource {
 public:
  virtual ~AudioSource() = default;

  virtual AudioFormat format() const = 0;
  /// Length if it is known beforehand.
  virtual std::optional<std::int64_t> frames() const = 0;
  /// Fills with whole frames, given room for one at least, and returns how many frames; 0 is the end. If the source breaks off,
  /// what was readable is delivered first and the error comes with the next call.
  virtual Result<std::size_t> read(std::span<float> interleaved) = 0;
  /// Skips forward; returns the frames skipped, fewer at the end.
  virtual Result<std::int64_t> skip(std::int64_t frames) = 0;
};

}  // namespace attend::frontend
