#pragma once

#include <nlohmann/json.hpp>
#include <ostream>

#include "streaming_measures.hpp"

namespace attend::tools {

/// The object `streaming` of `attend eval --streaming --json` and `attend bench latency --json`; docs/measures.md describes its
/// fields.
nlohmann::ordered_json to_json(const StreamingMeasures& measures);

/// The measures in a few lines for a person.
void print(std::ostream& out, const StreamingMeasures& measures);

}  // namespace attend::tools
