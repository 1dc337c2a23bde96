// The weights of one model, packed for the kernels: immutable, shared by all segments.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "engine/model_file.hpp"

namespace attend::engine {

enum class Precision { f32, bf16 };

/// Safe to share among threads.
class Network {
 public:
  /// Checks every shape against the configuration and packs the weights. bf16 without hardware for it falls back to f32
  /// (`precision()` tells).
  static Result<std::shared_ptr<const Network>> load(const ModelFile& file, Precision precision);

  const ModelConfig& config() const;
  Precision precision() const;
};

}  // namespace attend::engine
