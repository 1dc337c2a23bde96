#pragma once

#include <optional>
#include <string>

#include "explained_recording.hpp"

namespace attend::tools {

/// An SVG picture of why a recording was heard as it was: for each segment the spectrogram, what the model's second opinion says,
/// and for each word where its attention lay, how sure it is and what else was considered. With a word's number, only the
/// surroundings of that word. The segments must hold something to draw.
std::string draw_explanation(const ExplainedRecording& recording, std::optional<std::size_t> number);

}  // namespace attend::tools
