#pragma once

#include <filesystem>
#include <span>

#include "evaluation.hpp"

namespace attend::tools {

/// Write what was scored as JSON lines: normalised texts with their counts, or timelines. Throw CommandError if the file cannot be
/// written.
void write_texts(const std::filesystem::path& file, std::span<const Score> scores);
void write_timelines(const std::filesystem::path& file, std::span<const Score> scores);

}  // namespace attend::tools
