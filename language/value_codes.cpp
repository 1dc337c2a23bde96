#include "language/value_codes.hpp"

#include <algorithm>

namespace attend::language {

ValueCodes::ValueCodes(std::vector<float> values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  used_ = std::min(values.size(), codes - 1);
  if (values.size() < codes) {
    std::ranges::copy(values, values_.begin() + 1);
    return;
  }
  const double least = values.front();
  const double step = (static_cast<double>(values.back()) - least) / static_cast<double>(used_ - 1);
  for (std::size_t i = 0; i < used_; ++i) values_[i + 1] = static_cast<float>(least + step * static_cast<double>(i));
  values_[used_] = values.back();  // the largest probability must not round beyond 0
}

std::uint8_t ValueCodes::code(float value) const {
  const auto first = values_.begin() + 1;
  const auto end = first + static_cast<std::ptrdiff_t>(used_);
  auto above = std::lower_bound(first, end, value);
  if (above == end || (above != first && value - *(above - 1) <= *above - value)) --above;
  return static_cast<std::uint8_t>(above - values_.begin());
}

}  // namespace attend::language
