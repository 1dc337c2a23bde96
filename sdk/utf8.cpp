#include "sdk/utf8.hpp"

#include <array>
#include <cstddef>

namespace attend::sdk {
namespace {

struct LeadRange {
  unsigned first, last;              ///< lead bytes
  unsigned second_low, second_high;  ///< bounds of the second byte, which exclude overlong forms, surrogates and beyond U+10FFFF
  std::size_t length;
};
// Unicode standard, table 3-7.
constexpr std::array<LeadRange, 8> lead_ranges{{{0xC2, 0xDF, 0x80, 0xBF, 2},
                                                {0xE0, 0xE0, 0xA0, 0xBF, 3},
                                                {0xE1, 0xEC, 0x80, 0xBF, 3},
                                                {0xED, 0xED, 0x80, 0x9F, 3},
                                                {0xEE, 0xEF, 0x80, 0xBF, 3},
                                                {0xF0, 0xF0, 0x90, 0xBF, 4},
                                                {0xF1, 0xF3, 0x80, 0xBF, 4},
                                                {0xF4, 0xF4, 0x80, 0x8F, 4}}};

struct Step {
  std::size_t length;
  bool well_formed;
};

/// The sequence at the front, or the maximal part of one.
Step front(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned lead = at(0);
  if (lead < 0x80) return {1, true};
  for (const LeadRange& range : lead_ranges) {
    if (lead < range.first || lead > range.last) continue;
    unsigned low = range.second_low;
    unsigned high = range.second_high;
    for (std::size_t i = 1; i < range.length; ++i) {
      if (i >= bytes.size() || at(i) < low || at(i) > high) return {i, false};
      low = 0x80;
      high = 0xBF;
    }
    return {range.length, true};
  }
  return {1, false};
}

}  // namespace

std::string valid_utf8(std::string_view bytes) {
  std::string valid;
  valid.reserve(bytes.size());
  while (!bytes.empty()) {
    const Step step = front(bytes);
    valid += step.well_formed ? bytes.substr(0, step.length) : std::string_view("\xEF\xBF\xBD");
    bytes.remove_prefix(step.length);
  }
  return valid;
}

}  // namespace attend::sdk
