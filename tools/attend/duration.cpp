#include "duration.hpp"

#include <charconv>
#include <cmath>

namespace attend::tools {

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [unit_begin, fault] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (fault != std::errc() || !std::isfinite(number)) return std::nullopt;
  const std::string_view unit(unit_begin, static_cast<std::size_t>(end - unit_begin));
  double per_unit = 0;
  if (unit == "ms") {
    per_unit = 1;
  } else if (unit == "s") {
    per_unit = 1000;
  } else if (!unit.empty() || number != 0) {
    return std::nullopt;
  }
  constexpr double day = 24.0 * 3600 * 1000;
  const double milliseconds = number * per_unit;
  if (milliseconds < 0 || milliseconds > day) return std::nullopt;
  return std::chrono::milliseconds(std::llround(milliseconds));
}

}  // namespace attend::tools
