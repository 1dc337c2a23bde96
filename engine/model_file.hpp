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
#include "engine/safetensors.hpp"

namespace attend::engine {

/// Immutable, cheap to copy, safe to share among threads. A TensorView is valid while the ModelFile or a copy of it lives. While a
/// file is open it must be neither cut short nor written over (engine/mapped_file.hpp); replace it by renaming a new one over it.
class ModelFile {
 public:
  /// Maps the file. Every size, offset, name and shape is checked; what is wrong comes back as a sentence. Once it is open, the
  /// tensors are exactly those of engine/tensor_plan.hpp (and row scales), in the shapes and storage stated there.
  static Result<ModelFile> open(const std::filesystem::path& file);
  /// The same on bytes in memory, which must outlive the result; `name` stands in sentences.
  static Result<ModelFile> parse(std::span<const std::byte> bytes, const std::string& name);

  const ModelConfig& config() const;
  /// All tensors, or nullptr for a name that is not there.
  const TensorView* find(std::string_view tensor) const;
  std::vector<std::string> tensor_names() const;
  /// The sentencepiece model's bytes.
  std::span<const std::byte> label_set() const;
  /// Number of weights (a matrix of eight bits counts its elements, not its scales).
  std::int64_t parameters() const;

 private:
  struct Impl;
  explicit ModelFile(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace attend::engine
