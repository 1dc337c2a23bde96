#include "decimal.hpp"

#include <array>
#include <charconv>

namespace attend::tools {

std::string fixed(double value, int decimals) {
  std::array<char, 400> text{};  // the largest double has 309 digits before the point
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals);
  return end.ec == std::errc() ? std::string(text.data(), end.ptr) : std::string("?");
}

}  // namespace attend::tools
