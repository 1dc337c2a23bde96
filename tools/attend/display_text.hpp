#pragma once

#include <string>
#include <string_view>

namespace attend::tools {

/// Cells of a terminal that the text takes: wide characters (East Asian, emoji) take two, combining ones none.
int display_width(std::string_view text);

/// The text as a terminal can be given it: control characters and bytes that are no UTF-8 become U+FFFD.
std::string displayable(std::string_view text);

/// The longest beginning of the text that takes at most so many cells and does not part a character from its combining ones;
/// empty if not even the first fits.
std::string_view fitting_prefix(std::string_view text, int cells);

}  // namespace attend::tools
