// Bytes that claim to be UTF-8, made so.
#pragma once

#include <string>
#include <string_view>

namespace attend::sdk {

/// A copy in which each ill-formed sequence is replaced by U+FFFD, as the Unicode standard recommends (chapter 3.9, "substitution
/// of maximal subparts").
std::string valid_utf8(std::string_view bytes);

}  // namespace attend::sdk
