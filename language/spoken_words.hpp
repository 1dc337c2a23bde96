// A written word → the words of a language model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace attend::language {

/// In lower case, parted at hyphens and dashes and at all marks but the apostrophe; apostrophes stay inside of words. Nothing for
/// marks alone. A character cut off at the end counts as not there.
std::vector<std::string> spoken_words(std::string_view written);

}  // namespace attend::language
