#pragma once

#include <filesystem>
#include <vector>

#include "attend/attend.hpp"

namespace attend::tools {

/// Phrases to expect: one a line, UTF-8, if need be with a tab and a weight above 0 behind it. Empty lines and lines whose first
/// mark is # are passed over. Throws CommandError(exit_usage) with a sentence that names file and line.
std::vector<Phrase> read_hotwords(const std::filesystem::path& file);

}  // namespace attend::tools
