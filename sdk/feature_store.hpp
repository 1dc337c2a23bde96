// The feature rows of a stream that may be needed again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace attend::sdk {

/// Rows are counted from the stream's start. One owner, not thread-safe.
class FeatureStore {
 public:
  explicit FeatureStore(int bins) : bins_(static_cast<std::size_t>(bins)) {}

  int bins() const { return static_cast<int>(bins_); }
  /// Where new rows are appended, [n, bins].
  std::vector<float>& tail() { return values_; }
  /// One past the last row.
  std::int64_t end() const { return first_ + static_cast<std::int64_t>(values_.size() / bins_); }
  /// Rows first … last − 1, which must be held. Valid until the store changes.
  std::span<const float> rows(std::int64_t first, std::int64_t last) const;
  /// Lets go of the rows before `row`.
  void forget_before(std::int64_t row);

 private:
  std::size_t bins_;
  std::int64_t first_ = 0;
  std::vector<float> values_;
};

}  // namespace attend::sdk
