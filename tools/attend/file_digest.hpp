#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace attend::tools {

/// The SHA-256 of a file's bytes, in lower-case hexadecimal. Throws std::runtime_error, naming the file, if it cannot be read.
std::string sha256_of_file(const std::filesystem::path& file);

std::string sha256_of_text(std::string_view text);

}  // namespace attend::tools
