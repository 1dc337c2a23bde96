#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "explained_recording.hpp"

namespace attend::tools {

/// The same as draw_explanation shows, as numbers; docs/explain.md describes the fields. With a word's number, that word alone.
nlohmann::ordered_json explanation_to_json(const ExplainedRecording& recording, std::optional<std::size_t> number);

}  // namespace attend::tools
