#include "sdk/row_clock.hpp"

#include <algorithm>

namespace attend::sdk {
namespace {

/// Feature rows needed for the first encoder row: a layer's row i needs its input up to i·stride − left + kernel − 1
/// (docs/model-file.md, "stem").
std::int64_t features_of_first_row(const engine::ModelConfig& config) {
  std::int64_t rows = 1;
  for (auto layer = config.stem.rbegin(); layer != config.stem.rend(); ++layer) {
    rows = (rows - 1) * layer->stride - layer->left + layer->kernel;
  }
  return rows;
}

}  // namespace

RowClock::RowClock(const engine::ModelConfig& config)
    : hop_(config.features.hop_samples()),
      window_(config.features.window_samples()),
      stride_(config.stem_stride()),
      reach_(features_of_first_row(config) - stride_),
      rate_(config.features.sample_rate) {}

std::int64_t RowClock::first_sample(std::int64_t segment_feature, std::int64_t row) const {
  return first_feature(segment_feature, row) * hop_;
}

std::int64_t RowClock::features_needed(std::int64_t rows) const {
  return std::max<std::int64_t>(rows * stride_ + reach_, 1);
}

std::int64_t RowClock::samples_heard(std::int64_t segment_feature, std::int64_t rows) const {
  if (rows == 0) return segment_feature * hop_;
  return (segment_feature + features_needed(rows) - 1) * hop_ + window_;
}

std::int64_t RowClock::tail() const {
  return (features_needed(1) - 1) * hop_ + window_;
}

}  // namespace attend::sdk
