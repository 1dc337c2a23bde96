#include "spectrogram_image.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace attend::tools {
namespace {

constexpr int shades = 48;

std::uint8_t between(int from, int to, double share) {
  return static_cast<std::uint8_t>(std::lround(from + share * (to - from)));
}

/// White over light blue to a dark one.
std::vector<IndexedImage::Colour> palette() {
  constexpr int stops[4][3] = {{255, 255, 255}, {198, 219, 239}, {66, 133, 190}, {8, 29, 72}};
  std::vector<IndexedImage::Colour> colours;
  for (int shade = 0; shade < shades; ++shade) {
    const double place = 3.0 * shade / (shades - 1);
    const int stop = std::min(static_cast<int>(place), 2);
    const auto& low = stops[stop];
    const auto& high = stops[stop + 1];
    colours.push_back(
        {between(low[0], high[0], place - stop), between(low[1], high[1], place - stop), between(low[2], high[2], place - stop)});
  }
  return colours;
}

float quantile(std::vector<float> values, double share) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, place);
  return *place;
}

}  // namespace

IndexedImage spectrogram_image(const Explanation& explanation, std::size_t first, std::size_t last, std::size_t columns) {
  const auto bins = static_cast<std::size_t>(explanation.bins);
  const std::size_t frames = last - first;
  columns = std::min(columns, frames);
  IndexedImage image{static_cast<int>(columns), explanation.bins, palette(), std::vector<std::uint8_t>(columns * bins)};
  if (image.pixels.empty()) return image;
  const float faint = quantile(explanation.spectrogram, 0.05);
  const float loud = std::max(quantile(explanation.spectrogram, 0.99), faint + 1e-3F);
  for (std::size_t column = 0; column < columns; ++column) {
    const std::size_t from = first + column * frames / columns;
    const std::size_t to = first + (column + 1) * frames / columns;
    for (std::size_t bin = 0; bin < bins; ++bin) {
      float sum = 0;
      for (std::size_t frame = from; frame < to; ++frame) sum += explanation.spectrogram[frame * bins + bin];
      const float share = std::clamp((sum / static_cast<float>(to - from) - faint) / (loud - faint), 0.0F, 1.0F);
      image.pixels[(bins - 1 - bin) * columns + column] = static_cast<std::uint8_t>(std::lround(share * (shades - 1)));
    }
  }
  return image;
}

}  // namespace attend::tools
