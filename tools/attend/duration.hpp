#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace attend::tools {

/// "320ms", "1s", "1.5s" or "0" as milliseconds; nothing if the text is no such duration, negative, or beyond a day.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// What parse_duration accepts, for error messages.
inline constexpr std::string_view duration_forms = "a number with a unit, such as 320ms, 1s or 1.5s";

}  // namespace attend::tools
