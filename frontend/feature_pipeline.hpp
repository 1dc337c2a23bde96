// From a host's blocks of audio to feature rows: mono, the model's sample rate, log-mel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "frontend/audio_source.hpp"
#include "frontend/log_mel.hpp"
#include "frontend/resampler.hpp"

namespace attend::frontend {

/// Streaming. The rows do not depend, to the last bit, on how the samples are cut into blocks, even where a block ends between the
/// channels of one frame. Channels are mixed by their mean. Samples that are not numbers or infinite count as silence; numbers
/// beyond ±65,536 are limited to that. One owner, not thread-safe.
class FeaturePipeline {
 public:
  /// `input`: 1,000 to 768,000 Hz, 1 to 1,024 channels. Rows come out at `features`' rate and hop.
  static Result<FeaturePipeline> create(const AudioFormat& input, const LogMelConfig& features);

  /// Takes interleaved samples and appends the feature rows that they complete, [n, bins], to `rows`. Returns how many samples at
  /// the features' rate this call produced. Nothing is taken after `finish`.
  std::int64_t push(std::span<const float> interleaved, std::vector<float>& rows);
  /// The end of the audio: appends the rows that the resampler's filters still held back; returns as `push`. All calls together
  /// have then produced round(frames · output rate / input rate) samples. An incomplete last frame counts with zeros for the
  /// channels that it lacks.
  std::int64_t finish(std::vector<float>& rows);

  /// Samples at the features' rate produced so far. Row i covers samples i·hop … i·hop + window − 1 of them.
  std::int64_t samples() const { return samples_; }
  int bins() const { return bins_; }

 private:
  FeaturePipeline(const AudioFormat& input, const LogMelConfig& features, Resampler resampler, LogMel log_mel);
  void advance(std::vector<float>& rows);
  void hand_on(std::vector<float>& rows);

  std::size_t channels_;
  int bins_;
  Resampler resampler_;
  LogMel log_mel_;
  std::vector<float> partial_frame_;  ///< the channels of a frame that is not yet complete
  std::vector<float> mono_, resampled_;
  std::int64_t samples_ = 0;
  bool finished_ = false;
};

}  // namespace attend::frontend
