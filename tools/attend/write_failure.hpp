#pragma once

#include <filesystem>
#include <string>

namespace attend::tools {

/// The sentence for a file that cannot be written, for the reason that `fault` (an errno) gives.
std::string write_failure(const std::filesystem::path& file, int fault);

}  // namespace attend::tools
