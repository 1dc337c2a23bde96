// The model file, mapped and checked. Format: docs/model-file.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/model_config.hpp"

namespace attend::engine {

enum class ElementType { f32, bf16, i8, u8 };

/// A tensor inside the file. Valid while the ModelFile (or a copy of it) lives. The data may be unaligned.
struct TensorView {
  ElementType type = ElementType::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> data;
};

/// Immutable, cheap to copy, safe to share among threads.
class ModelFile {
 public:
  /// Maps the file. Every size, offset, name and shape is checked; what is wrong comes back as a sentence.
  static Result<ModelFile> open(const std::filesystem::path& file);
  /// The same on bytes in memory, which must outlive the result; `name` stands in sentences.
  static Result<ModelFile> parse(std::span<const std::byte> bytes, std::string name);

  const ModelConfig& config() const;
  /// All tensors, or nullptr for a name that is not there.
  const TensorView* find(std::string_view tensor) const;
  std::vector<std::string> tensor_names() const;
  /// The sentencepiece model's bytes.
  std::span<const std::byte> label_set() const;
  /// Number of weights (a matrix of eight bits counts its elements, not its scales).
  std::int64_t parameters() const;
};

}  // namespace attend::engine
