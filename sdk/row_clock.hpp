// Encoder rows, feature rows, samples and seconds of one model.
#pragma once

#include <cstdint>

#include "engine/model_config.hpp"

namespace attend::sdk {

/// All samples are at the model's rate. A segment is known by its first feature row in the stream.
class RowClock {
 public:
  explicit RowClock(const engine::ModelConfig& config);

  /// The first sample of an encoder row.
  std::int64_t first_sample(std::int64_t segment_feature, std::int64_t row) const;
  /// The feature row at which an encoder row begins.
  std::int64_t first_feature(std::int64_t segment_feature, std::int64_t row) const { return segment_feature + row * stride_; }
  /// How many samples must have been heard for so many encoder rows of a segment to be computed: the end of the last feature window
  /// that they need; for none, where the segment begins.
  std::int64_t samples_heard(std::int64_t segment_feature, std::int64_t rows) const;
  /// How many zeros behind the last sample bring it into an encoder row.
  std::int64_t tail() const;
  double seconds(std::int64_t sample) const { return static_cast<double>(sample) / rate_; }
  int rate() const { return rate_; }
  std::int64_t hop() const { return hop_; }  ///< samples from one feature row to the next

 private:
  std::int64_t features_needed(std::int64_t rows) const;

  std::int64_t hop_, window_, stride_;
  std::int64_t reach_;  ///< feature rows that an encoder row needs beyond the next one's beginning
  int rate_;
};

}  // namespace attend::sdk
