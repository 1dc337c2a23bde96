// The weights of one model, packed for the kernels: immutable, shared by all segments.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "engine/model_file.hpp"
#include "engine/precision.hpp"

namespace attend::engine {

struct NetworkParts;

/// Safe to share among threads.
class Network {
 public:
  /// Widens and packs all weights; the file is not needed afterwards. bf16 without hardware for it falls back to f32 (`precision()`
  /// tells).
  static Result<std::shared_ptr<const Network>> load(const ModelFile& file, Precision precision);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  const ModelConfig& config() const;
  Precision precision() const;

  /// For the engine's own sources (engine/network_parts.hpp).
  const NetworkParts& parts() const { return *parts_; }

 private:
  explicit Network(std::unique_ptr<const NetworkParts> parts);
  std::unique_ptr<const NetworkParts> parts_;
};

}  // namespace attend::engine
