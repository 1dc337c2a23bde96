#include "frontend/container.hpp"

#include <algorithm>
#include <string_view>

namespace attend::frontend {
namespace {

constexpr int most_chunks = 1000;
constexpr std::int64_t four_gib = std::int64_t{1} << 32;

enum class Order { little, big };

/// A view of the bytes in one byte order. Reading beyond the end gives none.
struct Header {
  ByteInput& bytes;
  Order order;

  template <std::size_t size>
  std::optional<std::uint64_t> number(std::int64_t position) const {
    std::array<std::byte, size> raw{};
    if (bytes.read(position, raw) < size) return std::nullopt;
    if (order == Order::little) std::reverse(raw.begin(), raw.end());
    std::uint64_t value = 0;
    for (const std::byte byte : raw) value = value << 8 | std::to_integer<std::uint64_t>(byte);
    return value;
  }

  bool has(std::int64_t position, std::string_view name) const {
    std::array<std::byte, 4> raw{};
    return bytes.read(position, raw) == raw.size() && std::equal(raw.begin(), raw.end(), name.begin(), [](std::byte byte, char c) {
             return byte == static_cast<std::byte>(c);
           });
  }

  Container::Patch patch(std::int64_t position, std::uint32_t value) const {
    Container::Patch patch{position, {}};
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t shift = order == Order::little ? 8 * i : 8 * (3 - i);
      patch.bytes[i] = static_cast<std::byte>(value >> shift & 0xFFU);
    }
    return patch;
  }
};

struct Chunk {
  std::int64_t position = 0;  // of its contents
  std::int64_t size = 0;
};

std::optional<Chunk> find_chunk(const Header& header, std::string_view name) {
  std::int64_t position = 12;
  for (int i = 0; i < most_chunks; ++i) {
    const auto size = header.number<4>(position + 4);
    if (!size) return std::nullopt;
    if (header.has(position, name)) return Chunk{position + 8, static_cast<std::int64_t>(*size)};
    position += 8 + static_cast<std::int64_t>(*size + (*size & 1));
  }
  return std::nullopt;
}

/// What programs write that cannot go back to fill in the size: 0, or about the most that 31 or 32 bits hold.
bool is_placeholder(std::int64_t size) {
  return size == 0 || (size >= 0x7FFF0000 && size <= 0x80000000) || (size >= 0xFFFF0000 && size <= 0xFFFFFFFF);
}

/// A file beyond 4 GiB whose sizes have wrapped.
bool is_wrapped(std::int64_t riff_size, const std::optional<std::int64_t>& file_size) {
  return file_size && *file_size - 8 > riff_size && (*file_size - 8 - riff_size) % four_gib == 0;
}

std::optional<Container> read_riff(const Header& header) {
  const auto riff_size = header.number<4>(4);
  const auto data = find_chunk(header, "data");
  if (!riff_size || !data) return std::nullopt;
  Container container{data->position, data->size, {}};
  // A size of 0 is the truth if the outer size tells of more chunks behind.
  const bool empty = data->size == 0 && static_cast<std::int64_t>(*riff_size) > data->position &&
                     !is_placeholder(static_cast<std::int64_t>(*riff_size));
  if (!empty && (is_placeholder(data->size) || is_wrapped(static_cast<std::int64_t>(*riff_size), header.bytes.size()))) {
    container.stated.reset();
    // These two sizes together make libsndfile go on to the end (wav.c: "a WAV file which wasn't closed properly").
    container.patches = {header.patch(4, 8), header.patch(data->position - 4, 0)};
  }
  return container;
}

std::optional<Container> read_rf64(const Header& header) {
  const auto data = find_chunk(header, "data");
  const auto sizes = find_chunk(header, "ds64");
  if (!data || !sizes) return std::nullopt;
  const auto size = data->size == 0xFFFFFFFF ? header.number<8>(sizes->position + 8) : static_cast<std::uint64_t>(data->size);
  Container container{data->position, std::nullopt, {}};
  if (size && *size > 0 && *size < std::uint64_t{1} << 62) container.stated = static_cast<std::int64_t>(*size);
  return container;
}

/// Sony Wave64: names of 16 bytes that begin with the familiar four, sizes of 8 bytes that count the chunk's own head of 24.
std::optional<Container> read_w64(const Header& header) {
  std::int64_t position = 40;
  for (int i = 0; i < most_chunks; ++i) {
    const auto size = header.number<8>(position + 16);
    if (!size || *size < 24 || *size > std::uint64_t{1} << 60) return std::nullopt;
    if (header.has(position, "data")) return Container{position + 24, static_cast<std::int64_t>(*size) - 24, {}};
    position += static_cast<std::int64_t>((*size + 7) / 8 * 8);
  }
  return std::nullopt;
}

std::optional<Container> read_aiff(const Header& header) {
  const auto sound = find_chunk(header, "SSND");
  if (!sound) return std::nullopt;
  Container container{sound->position + 8, std::nullopt, {}};
  if (!is_placeholder(sound->size) && sound->size >= 8) container.stated = sound->size - 8;
  return container;
}

std::optional<Container> read_au(const Header& header) {
  const auto begin = header.number<4>(4);
  const auto size = header.number<4>(8);
  if (!begin || !size) return std::nullopt;
  Container container{static_cast<std::int64_t>(*begin), static_cast<std::int64_t>(*size), {}};
  const bool unknown = is_placeholder(*container.stated);
  // libsndfile keeps this size in a signed number; all bits set mean "to the end".
  if (unknown || *begin + *size > 0x7FFFFFFF) container.patches = {header.patch(8, 0xFFFFFFFF)};
  if (unknown) container.stated.reset();
  return container;
}

}  // namespace

std::optional<Container> read_container(ByteInput& bytes) {
  const Header little{bytes, Order::little};
  const Header big{bytes, Order::big};
  if (little.has(0, "RIFF") && little.has(8, "WAVE")) return read_riff(little);
  if (big.has(0, "RIFX") && big.has(8, "WAVE")) return read_riff(big);
  if (little.has(0, "RF64") && little.has(8, "WAVE")) return read_rf64(little);
  if (little.has(0, "riff") && little.has(24, "wave")) return read_w64(little);
  if (big.has(0, "FORM") && (big.has(8, "AIFF") || big.has(8, "AIFC"))) return read_aiff(big);
  if (big.has(0, ".snd")) return read_au(big);
  if (little.has(0, "dns.")) return read_au(little);
  return std::nullopt;
}

}  // namespace attend::frontend
