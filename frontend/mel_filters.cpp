#include "frontend/mel_filters.hpp"

#include <cmath>
#include <cstddef>
#include <string>

namespace attend::frontend {
namespace {

// All of this is single precision because Kaldi's is: near a triangle's foot the rounding of the mel scale decides about the
// weight, and the models were trained on Kaldi's.
float mel(float hz) {
  return 1127.0F * std::log(1.0F + hz / 700.0F);
}

float triangle(float at, float left, float centre, float right) {
  if (at <= left || at >= right) return 0;
  return at <= centre ? (at - left) / (centre - left) : (right - at) / (right - centre);
}

}  // namespace

Result<MelFilters> MelFilters::create(int bins, int lines, float sample_rate, float low_hz, float high_hz) {
  const float line_hz = sample_rate / static_cast<float>(2 * lines);
  const float low = mel(low_hz);
  const float step = (mel(high_hz) - low) / static_cast<float>(bins + 1);
  MelFilters filters;
  for (int bin = 0; bin < bins; ++bin) {
    const float left = low + static_cast<float>(bin) * step;
    const float centre = low + static_cast<float>(bin + 1) * step;
    const float right = low + static_cast<float>(bin + 2) * step;
    Triangle found{.first = 0, .count = 0, .weights = filters.weights_.size()};
    for (int line = 0; line < lines; ++line) {
      const float weight = triangle(mel(line_hz * static_cast<float>(line)), left, centre, right);
      if (weight <= 0) continue;
      if (found.count == 0) found.first = static_cast<std::size_t>(line);
      ++found.count;
      filters.weights_.push_back(weight);
    }
    if (found.count == 0) {
      return fail(ErrorCode::invalid_argument, "mel filter " + std::to_string(bin) + " of " + std::to_string(bins) +
                                                   " lies between two lines of the " + std::to_string(2 * lines) +
                                                   "-point spectrum: ask for fewer bins or a longer fft");
    }
    filters.triangles_.push_back(found);
  }
  return filters;
}

void MelFilters::apply(std::span<const float> power, std::span<float> energies) const {
  for (std::size_t bin = 0; bin < triangles_.size(); ++bin) {
    const auto& [first, count, weights] = triangles_[bin];
    float sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += weights_[weights + i] * power[first + i];
    energies[bin] = sum;
  }
}

}  // namespace attend::frontend
