#include "engine/safetensors.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "engine/json_text.hpp"

namespace attend::engine {
namespace {

using nlohmann::json;

constexpr std::size_t prefix_size = 8;
constexpr std::uint64_t largest_header = std::uint64_t{16} << 20U;
constexpr std::size_t most_dimensions = 8;

struct TypeEntry {
  ElementType type;
  std::string_view name;
  std::size_t size;
};
constexpr std::array<TypeEntry, 4> types{
    {{ElementType::f32, "F32", 4}, {ElementType::bf16, "BF16", 2}, {ElementType::i8, "I8", 1}, {ElementType::u8, "U8", 1}}};

struct Placed {
  std::string name;
  TensorView view;
  std::uint64_t begin = 0, end = 0;
};

tl::unexpected<Failure> malformed(const std::string& sentence) {
  return fail(ErrorCode::malformed, sentence + "; download or export the model again");
}

std::optional<std::uint64_t> multiply(std::uint64_t a, std::uint64_t b) {
  if (b != 0 && a > std::numeric_limits<std::uint64_t>::max() / b) return std::nullopt;
  return a * b;
}

/// The header's text, or why the first bytes do not lead to one.
Result<std::string_view> header_text(std::span<const std::byte> bytes, const std::string& name) {
  if (bytes.size() < prefix_size) return malformed(name + ": shorter than the 8 bytes that begin a safetensors file");
  std::uint64_t size = 0;
  for (std::size_t i = prefix_size; i-- > 0;) size = size << 8U | std::to_integer<std::uint64_t>(bytes[i]);
  if (size > largest_header) {
    return malformed(name + ": the first 8 bytes announce a header of " + std::to_string(size) +
                     " bytes where 16 MiB is the most, so this is no model file");
  }
  if (size > bytes.size() - prefix_size) {
    return malformed(name + ": the header of " + std::to_string(size) +
                     " bytes reaches beyond the file's end, so the file is cut short");
  }
  return std::string_view(reinterpret_cast<const char*>(bytes.data()) + prefix_size, size);
}

Result<std::map<std::string, std::string, std::less<>>> read_metadata(const json& value, const std::string& name) {
  std::map<std::string, std::string, std::less<>> metadata;
  if (!value.is_object()) return malformed(name + ": '__metadata__' in the header is not an object");
  for (const auto& [key, text] : value.items()) {
    if (!text.is_string()) return malformed(name + ": '" + key + "' in the header's '__metadata__' is not a string");
    metadata.emplace(key, text.get_ref<const std::string&>());
  }
  return metadata;
}

Result<ElementType> read_type(const json& entry, const std::string& place) {
  const auto field = entry.find("dtype");
  if (field == entry.end() || !field->is_string()) return malformed(place + " has no 'dtype'");
  const auto& text = field->get_ref<const std::string&>();
  const auto* const known = std::ranges::find(types, text, &TypeEntry::name);
  if (known == types.end()) {
    return fail(ErrorCode::unsupported,
                place + " has the dtype '" + text + "', where F32, BF16, I8 and U8 are known; export it as one of them");
  }
  return known->type;
}

Result<std::vector<std::int64_t>> read_shape(const json& entry, const std::string& place) {
  const auto field = entry.find("shape");
  if (field == entry.end() || !field->is_array()) return malformed(place + " has no 'shape'");
  if (field->empty() || field->size() > most_dimensions)
    return malformed(place + " has a shape of less than 1 or more than 8 dimensions");
  std::vector<std::int64_t> shape;
  for (const json& size : *field) {
    if (!size.is_number_unsigned()) return malformed(place + " has a size in its shape that is not a whole number");
    const auto value = size.get<std::uint64_t>();
    if (value == 0 || value > std::uint64_t{1} << 62U)
      return malformed(place + " has a size in its shape that is 0 or beyond all bounds");
    shape.push_back(static_cast<std::int64_t>(value));
  }
  return shape;
}

Result<std::pair<std::uint64_t, std::uint64_t>> read_offsets(const json& entry, const std::string& place) {
  const auto field = entry.find("data_offsets");
  const bool two = field != entry.end() && field->is_array() && field->size() == 2;
  if (!two || !(*field)[0].is_number_unsigned() || !(*field)[1].is_number_unsigned()) {
    return malformed(place + " has no 'data_offsets' of two whole numbers");
  }
  return std::pair((*field)[0].get<std::uint64_t>(), (*field)[1].get<std::uint64_t>());
}

/// One tensor's entry, checked against the size of the data and of itself.
Result<Placed> read_tensor(const std::string& tensor, const json& entry, std::span<const std::byte> data, const std::string& name) {
  const std::string place = name + ": tensor '" + tensor + "'";
  if (!entry.is_object() || entry.size() != 3) return malformed(place + " is not described by dtype, shape and data_offsets alone");
  const auto type = read_type(entry, place);
  if (!type) return tl::unexpected(type.error());
  auto shape = read_shape(entry, place);
  if (!shape) return tl::unexpected(shape.error());
  const auto offsets = read_offsets(entry, place);
  if (!offsets) return tl::unexpected(offsets.error());
  const auto [begin, end] = *offsets;
  if (begin > end) return malformed(place + " ends before it begins");
  if (end > data.size()) return malformed(place + " reaches beyond the file's end, so the file is cut short");
  std::optional<std::uint64_t> size = element_size(*type);
  for (const std::int64_t dimension : *shape) {
    size = multiply(*size, static_cast<std::uint64_t>(dimension));
    if (!size) return malformed(place + " has the shape " + shape_text(*shape) + ", whose product is beyond all bounds");
  }
  if (*size != end - begin) {
    return malformed(place + " has " + std::to_string(end - begin) + " bytes where its shape " + shape_text(*shape) + " needs " +
                     std::to_string(*size));
  }
  return Placed{tensor, TensorView{*type, std::move(*shape), data.subspan(begin, end - begin)}, begin, end};
}

/// Every byte of the data belongs to one tensor.
Status check_layout(std::vector<Placed>& tensors, std::uint64_t data_size, const std::string& name) {
  std::ranges::sort(tensors, {}, &Placed::begin);
  std::uint64_t expected = 0;
  for (const Placed& tensor : tensors) {
    if (tensor.begin != expected) {
      const char* what = tensor.begin < expected ? "' overlaps the tensor before it" : "' leaves a gap behind the tensor before it";
      return malformed(name + ": tensor '" + tensor.name + what);
    }
    expected = tensor.end;
  }
  if (expected != data_size) {
    return malformed(name + ": " + std::to_string(data_size - expected) + " bytes behind the last tensor belong to nothing");
  }
  return {};
}

}  // namespace

std::size_t element_size(ElementType type) {
  return std::ranges::find(types, type, &TypeEntry::type)->size;
}

std::string_view element_name(ElementType type) {
  return std::ranges::find(types, type, &TypeEntry::type)->name;
}

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text = "[";
  for (const std::int64_t size : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  return text + "]";
}

Result<Safetensors> parse_safetensors(std::span<const std::byte> bytes, const std::string& name) {
  const auto text = header_text(bytes, name);
  if (!text) return tl::unexpected(text.error());
  const auto header = parse_json_object(*text, name + ": the header");
  if (!header) return tl::unexpected(header.error());
  const auto data = bytes.subspan(prefix_size + text->size());

  Safetensors result;
  std::vector<Placed> placed;
  for (const auto& [key, entry] : header->items()) {
    if (key == "__metadata__") {
      auto metadata = read_metadata(entry, name);
      if (!metadata) return tl::unexpected(metadata.error());
      result.metadata = std::move(*metadata);
      continue;
    }
    auto tensor = read_tensor(key, entry, data, name);
    if (!tensor) return tl::unexpected(tensor.error());
    placed.push_back(std::move(*tensor));
  }
  if (const auto layout = check_layout(placed, data.size(), name); !layout) return tl::unexpected(layout.error());
  for (Placed& tensor : placed) result.tensors.emplace(std::move(tensor.name), std::move(tensor.view));
  return result;
}

}  // namespace attend::engine
