#include "frontend/ogg_pages.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <vector>

namespace attend::frontend {
namespace {

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

bool ogg_is_cut(ByteInput& bytes) {
  // RFC 3533: a page has a head of 27 bytes, up to 255 lengths of a byte each, and as many bytes as these say: 65,307 at most.
  constexpr std::size_t longest_page = 27 + 255 + 255 * 255, lengths = 27;
  const auto size = bytes.size();
  if (!size) return false;
  const std::int64_t begin = std::max(std::int64_t{0}, *size - static_cast<std::int64_t>(longest_page));
  std::vector<std::byte> tail(static_cast<std::size_t>(*size - begin));
  tail.resize(bytes.read(begin, tail));
  const std::size_t page = text_of(tail).rfind("OggS");
  if (page == std::string_view::npos) return false;  // something else lies behind the sound
  const auto rest = std::span(tail).subspan(page);
  if (rest.size() < lengths) return true;
  const std::size_t segments = std::to_integer<std::size_t>(rest[lengths - 1]);
  if (rest.size() < lengths + segments) return true;
  const auto table = rest.subspan(lengths, segments);
  const auto body = std::accumulate(table.begin(), table.end(), std::size_t{0},
                                    [](std::size_t sum, std::byte length) { return sum + std::to_integer<std::size_t>(length); });
  return rest.size() < lengths + segments + body;
}

}  // namespace attend::frontend
