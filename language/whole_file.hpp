// Files read and written as a whole.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace attend::language {

/// All bytes of a regular file.
Result<std::vector<std::byte>> read_file(const std::filesystem::path& file);

/// Written beside `file`, synchronised, renamed: the file is whole or not there, and one that was there before stays until then.
Status write_file(const std::filesystem::path& file, std::span<const std::byte> bytes);

}  // namespace attend::language
