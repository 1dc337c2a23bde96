// Angles of positions: rotary tables and sinusoids.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "engine/aligned.hpp"

namespace attend::engine {

/// 10000^(2k / dims) for k = 0 … dims/2 − 1; an angle is position / period. In f32 like the trainer's (tools/train), so that both
/// round alike.
inline std::vector<float> periods(int dims) {
  std::vector<float> result;
  for (int k = 0; k < dims; k += 2) result.push_back(std::pow(10000.0F, static_cast<float>(k) / static_cast<float>(dims)));
  return result;
}

/// Cosines and sines of rows, [rows, dims / 2] each.
class RotaryTables {
 public:
  explicit RotaryTables(int dims) : dims_(dims), periods_(periods(dims)) {}

  int dims() const { return dims_; }
  const float* cosines() const { return cosines_.data(); }
  const float* sines() const { return sines_.data(); }

  void resize(std::int64_t rows) {
    at_least(cosines_, static_cast<std::size_t>(rows) * periods_.size());
    at_least(sines_, static_cast<std::size_t>(rows) * periods_.size());
  }
  void set(std::int64_t row, std::int64_t position) {
    for (std::size_t k = 0; k < periods_.size(); ++k) {
      const float angle = static_cast<float>(position) / periods_[k];
      cosines_[static_cast<std::size_t>(row) * periods_.size() + k] = std::cos(angle);
      sines_[static_cast<std::size_t>(row) * periods_.size() + k] = std::sin(angle);
    }
  }

 private:
  int dims_;
  std::vector<float> periods_;
  Aligned<float> cosines_, sines_;
};

/// sinusoid[2k] = sin(position / period k), sinusoid[2k + 1] = cos(…).
inline void write_sinusoid(const std::vector<float>& of_periods, std::int64_t position, float* target) {
  for (std::size_t k = 0; k < of_periods.size(); ++k) {
    const float angle = static_cast<float>(position) / of_periods[k];
    target[2 * k] = std::sin(angle);
    target[2 * k + 1] = std::cos(angle);
  }
}

}  // namespace attend::engine
