// Weights of eight bits that stay so: what a model file stores in a byte is read as a byte in every product.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "engine/aligned.hpp"
#include "engine/byte_loops.hpp"

namespace attend::engine {

/// Packed once, immutable.
class ByteMatrix {
 public:
  /// weights [outputs, inputs] stand for weights · row_scale; row_scale [outputs]; bias [outputs] or empty. Nothing if this
  /// processor or these weights (an odd number of inputs, a weight of −128) have no loop.
  static std::optional<ByteMatrix> pack(std::span<const std::byte> weights, std::span<const float> row_scale,
                                        std::span<const float> bias, std::int64_t outputs, std::int64_t inputs);

  std::int64_t inputs() const { return inputs_; }
  std::int64_t outputs() const { return outputs_; }
  /// source [rows, inputs] in bf16. A row's result is the same to the last bit whatever the other rows and their number.
  void multiply(const std::uint16_t* source, std::int64_t rows, float* target) const;

 private:
  ByteMatrix(ByteLoop loop, std::int64_t outputs, std::int64_t inputs) : loop_(loop), outputs_(outputs), inputs_(inputs) {}

  ByteLoop loop_;
  std::int64_t outputs_, inputs_;
  Aligned<std::uint8_t> weights_;
  Aligned<float> factor_, bias_;
};

}  // namespace attend::engine
