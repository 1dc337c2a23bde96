// The triangular filters of a mel filter bank.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace attend::frontend {

/// Kaldi's triangles: linear on the HTK mel scale, with the lines of a power spectrum below the Nyquist frequency as their grid
/// (feat/mel-computations.cc). Only the lines where a triangle is above zero are stored. Immutable, so free to share among threads.
class MelFilters {
 public:
  /// `lines`: fft / 2, the lines 0 … lines − 1 of the spectrum count. Refuses filters that no line falls into.
  static Result<MelFilters> create(int bins, int lines, float sample_rate, float low_hz, float high_hz);

  /// `power`: [lines or more]; `energies`: [bins].
  void apply(std::span<const float> power, std::span<float> energies) const;

 private:
  struct Triangle {
    std::size_t first = 0, count = 0;  // lines first … first + count − 1
    std::size_t weights = 0;           // where they begin in weights_
  };
  MelFilters() = default;

  std::vector<Triangle> triangles_;
  std::vector<float> weights_;
};

}  // namespace attend::frontend
