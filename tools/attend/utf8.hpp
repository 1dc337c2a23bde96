#pragma once

#include <string_view>

namespace attend::tools {

/// Characters (code points) of UTF-8 text; a stray byte counts as one.
std::size_t count_characters(std::string_view text);

/// The first `characters` of UTF-8 text.
std::string_view first_characters(std::string_view text, std::size_t characters);

}  // namespace attend::tools
