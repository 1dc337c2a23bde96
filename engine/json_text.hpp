// JSON from a stranger: parsed without exceptions, with bounded nesting and no name twice in an object.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/result.hpp"

namespace attend::engine {

/// Parses a JSON object. `place` stands in sentences: "model.safetensors: the header". Text that is not JSON, not UTF-8, nested
/// deeper than 16 levels, or that names a member of an object twice is refused.
Result<nlohmann::json> parse_json_object(std::string_view text, std::string_view place);

}  // namespace attend::engine
