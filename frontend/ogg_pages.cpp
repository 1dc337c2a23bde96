#include "frontend/ogg_pages.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <span>
#include <string_view>

namespace attend::frontend {
namespace {

// A page has a head of 27 bytes, up to 255 lengths of a byte each, and as many bytes as these say.
constexpr std::size_t head_size = 27, longest_page = head_size + 255 + 255 * 255;
constexpr std::string_view capture = "OggS";

struct Page {
  std::int64_t size = 0;
  bool begins_stream = false;
};

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// None where there is no page or its head is incomplete.
std::optional<Page> page_at(ByteInput& bytes, std::int64_t position) {
  std::array<std::byte, head_size + 255> raw{};
  const auto head = std::span(raw).first(bytes.read(position, raw));
  if (head.size() < head_size || !text_of(head).starts_with(capture)) return std::nullopt;
  const auto segments = std::to_integer<std::size_t>(head[head_size - 1]);
  if (head.size() < head_size + segments) return std::nullopt;
  const auto lengths = head.subspan(head_size, segments);
  const auto body = std::accumulate(lengths.begin(), lengths.end(), std::size_t{0},
                                    [](std::size_t sum, std::byte length) { return sum + std::to_integer<std::size_t>(length); });
  return Page{static_cast<std::int64_t>(head_size + segments + body), (head[5] & std::byte{2}) != std::byte{0}};
}

}  // namespace

std::vector<std::int64_t> ogg_links(ByteInput& bytes) {
  std::vector<std::int64_t> links;
  std::int64_t position = 0;
  bool in_heads = false;  // the first pages of all streams of a link stand together
  while (const auto page = page_at(bytes, position)) {
    if (page->begins_stream && !in_heads) links.push_back(position);
    in_heads = page->begins_stream;
    position += page->size;
  }
  return links;
}

bool ogg_is_cut(ByteInput& bytes) {
  const auto size = bytes.size();
  if (!size) return false;
  const std::int64_t begin = std::max(std::int64_t{0}, *size - static_cast<std::int64_t>(longest_page));
  std::vector<std::byte> tail(static_cast<std::size_t>(*size - begin));
  tail.resize(bytes.read(begin, tail));
  const std::size_t last = text_of(tail).rfind(capture);
  if (last == std::string_view::npos) return false;  // something else lies behind the sound
  const std::int64_t position = begin + static_cast<std::int64_t>(last);
  const auto page = page_at(bytes, position);
  return !page || position + page->size > *size;
}

}  // namespace attend::frontend
