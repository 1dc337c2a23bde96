#pragma once

#include <string>
#include <string_view>

namespace attend::tools {

/// The text on one line of a terminal: control characters, as file names may hold them, are shown as \n or \x1b.
std::string printable(std::string_view text);

}  // namespace attend::tools
