#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace attend::tools {

/// The second step of the normaliser: folded text (text_fold.hpp) as the words that one would say for it. Numbers, money, times and
/// signs are spelled out ("$5.50" → five dollars and fifty cents), abbreviations with a full stop are written out, other marks
/// separate words. The result holds letters and inner apostrophes only.
std::vector<std::string> spoken_tokens(std::string_view folded);

}  // namespace attend::tools
