#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "attend/attend.hpp"
#include "journal.hpp"

namespace attend::tools {

/// One voice being recognised: what attend::Stream does, as an interface, so that everything around it is tested without a model.
class Recogniser {
 public:
  virtual ~Recogniser() = default;
  virtual void write(std::span<const float> interleaved) = 0;
  virtual void finish() = 0;
  virtual std::optional<Event> read() = 0;
  /// From the next step on a chunk is this long.
  virtual void set_chunk(std::chrono::milliseconds) {}
};

/// Opens one for audio of this rate and so many channels, of which the first sample lies at `from`.
using OpenRecogniser = std::function<std::unique_ptr<Recogniser>(int sample_rate, int channels, const ResumePoint& from)>;

/// Streams of a model; `options` gives chunk, look-ahead and endpoints.
OpenRecogniser open_streams(const Model& model, const StreamOptions& options);

}  // namespace attend::tools
