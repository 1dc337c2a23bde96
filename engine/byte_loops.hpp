// The product with weights of eight bits, as a loop of its own: they are read as they are stored, half as many bytes as in bf16.
// This header is compiled with different instruction sets; see engine/kernels.hpp.
#pragma once

#include <stdint.h>

namespace attend::engine {

/// Outputs of a panel of weights. A panel holds, for each pair of inputs, `byte_panel` times two weights as sign and magnitude, in
/// the order that the loop wants: output o of the panel and input i lie at `byte_place(o, i)`.
inline constexpr int byte_panel = 64;

constexpr int64_t byte_place(int64_t output, int64_t input) {
  const int64_t half = output / 32;                  // 64 bytes each: sixteen outputs and sixteen more
  const int64_t pair = output % 16 * 2 + input % 2;  // place among the 32 weights of sixteen outputs
  return input / 2 * (2 * byte_panel) + half * 64 + pair / 8 * 16 + output % 32 / 16 * 8 + pair % 8;
}

/// target [rows, outputs] = (source [rows, inputs] · weightsᵀ) · factor + bias, sums in f32, row by row in one order.
struct ByteProduct {
  const uint8_t* weights = nullptr;  ///< [panels, inputs · byte_panel]
  const float* factor = nullptr;     ///< [panels · byte_panel]
  const float* bias = nullptr;       ///< the same
  const uint16_t* source = nullptr;  ///< bf16
  float* target = nullptr;
  int64_t rows = 0, inputs = 0, outputs = 0;  ///< inputs: an even number
};

using ByteLoop = void (*)(const ByteProduct& work);

/// nullptr if this processor has no fast one.
ByteLoop byte_loop();

}  // namespace attend::engine
