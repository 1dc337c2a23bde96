#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "attend/attend.hpp"
#include "input_list.hpp"

namespace attend::tools {

/// Samples of one recording: what attend::AudioFile does, as an interface, so that files that break off are tested without one.
class AudioInput {
 public:
  virtual ~AudioInput() = default;
  virtual int sample_rate() const = 0;
  virtual int channels() const = 0;
  virtual std::optional<double> seconds() const = 0;
  virtual std::size_t read(std::span<float> interleaved) = 0;
  virtual std::int64_t skip(std::int64_t frames) = 0;
};

/// Opens a file or standard input; `raw`: as headerless PCM. Throws attend::Error.
std::unique_ptr<AudioInput> open_audio_input(const Input& input, const std::optional<RawFormat>& raw);

}  // namespace attend::tools
