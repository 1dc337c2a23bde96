#pragma once

#include "attend/attend.hpp"
#include "png_image.hpp"

namespace attend::tools {

/// Frames [first, last) of a spectrogram, high tones at the top, faint to dark; the faintest twentieth and the loudest hundredth of
/// all its values are the ends of the scale. Several frames share a column where there are more than `columns`.
IndexedImage spectrogram_image(const Explanation& explanation, std::size_t first, std::size_t last, std::size_t columns);

}  // namespace attend::tools
