// The safetensors container: names, shapes and places of tensors, without any meaning. Layout: docs/model-file.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace attend::engine {

enum class ElementType { f32, bf16, i8, u8 };

std::size_t element_size(ElementType type);
std::string_view element_name(ElementType type);

/// A tensor inside the file: a view of its bytes, which may be unaligned.
struct TensorView {
  ElementType type = ElementType::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> data;
};

/// "[288, 1152]", as sentences show it.
std::string shape_text(std::span<const std::int64_t> shape);

struct Safetensors {
  std::map<std::string, std::string, std::less<>> metadata;
  std::map<std::string, TensorView, std::less<>> tensors;
};

/// Checks the header against the bytes: sizes by arithmetic that cannot overflow, tensors lying one behind the other without gap or
/// overlap up to the last byte. The result refers to `bytes`. `name` stands in sentences.
Result<Safetensors> parse_safetensors(std::span<const std::byte> bytes, const std::string& name);

}  // namespace attend::engine
