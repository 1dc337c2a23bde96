#pragma once

#include <optional>

#include "attend/attend.hpp"

namespace CLI {
class App;
}

namespace attend::tools {

/// Adds --raw-rate, --raw-channels and --raw-format: any of them says that the inputs are headerless PCM, and sets `raw`.
void add_raw_options(CLI::App& command, std::optional<RawFormat>& raw);

}  // namespace attend::tools
