#include "sdk/feature_store.hpp"

namespace attend::sdk {

std::span<const float> FeatureStore::rows(std::int64_t first, std::int64_t last) const {
  const auto offset = static_cast<std::size_t>(first - first_) * bins_;
  return std::span(values_).subspan(offset, static_cast<std::size_t>(last - first) * bins_);
}

void FeatureStore::forget_before(std::int64_t row) {
  const auto count = static_cast<std::size_t>(row - first_) * bins_;
  values_.erase(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(count));
  first_ = row;
}

}  // namespace attend::sdk
