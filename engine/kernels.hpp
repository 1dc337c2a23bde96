// The hand-written loops: everything but the products with weights. Measured faster than oneDNN's primitives (docs/engine.md).
// This header is compiled with different instruction sets; it includes nothing that could instantiate shared inline functions.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace attend::engine {

/// Keys and values lie in panels of so many slots (one slot: one row's key and value).
inline constexpr int panel_slots = 16;
/// Query rows computed together at most; sets the size of `Attend::scores`.
inline constexpr int attend_rows = 8;

/// Values are padded to whole panels' width.
constexpr int padded(int dims) {
  return (dims + panel_slots - 1) / panel_slots * panel_slots;
}

/// softmax(scale · (query · key + head_bias) + slot_bias) · value for each query row and head.
struct Attend {
  const float* queries = nullptr;  ///< [rows, heads · dims], a row every `query_stride` elements
  int64_t query_stride = 0;
  const float* keys = nullptr;       ///< [panels, heads, dims, panel_slots]
  const float* values = nullptr;     ///< [panels, heads, panel_slots, padded(dims)]
  const float* slot_bias = nullptr;  ///< [panels · panel_slots]: 0, or minus infinity for a slot that is not to be seen
  const float* head_bias = nullptr;  ///< [panels, heads, panel_slots], or nullptr
  int64_t rows = 0, panels = 0;
  int heads = 0, dims = 0;
  float scale = 1;
  float* scores = nullptr;  ///< scratch, [attend_rows, panels · panel_slots]
  float* target = nullptr;  ///< [rows, heads · dims]
  /// Optional: the weights of the heads with a non-zero share are added up, times the share, into `clock` [rows, clock_stride].
  const float* clock_share = nullptr;  ///< [heads]
  float* clock = nullptr;
  int64_t clock_stride = 0, clock_slots = 0;  ///< only the first `clock_slots` slots are written
};

/// One query row against keys and values that lie scattered: slots[0 … count − 1] in this order.
struct AttendPath {
  const float* query = nullptr;   ///< [heads, padded(dims)], zeros behind dims
  const float* keys = nullptr;    ///< [slots, heads, padded(dims)], zeros behind dims
  const float* values = nullptr;  ///< the same
  const int32_t* slots = nullptr;
  int64_t count = 0;
  int heads = 0, dims = 0;
  float scale = 1;
  float* scores = nullptr;  ///< scratch, [padded(count)]
  float* target = nullptr;  ///< [heads · dims]
};

/// One set of loops per instruction set. All work row by row in an order that depends on the row's length alone, so a row's result
/// never depends on other rows.
struct Kernels {
  const char* name;
  /// y = (x − mean) / √(variance + eps) · weight + bias, for each of `rows` rows; bias may be nullptr, y may be x.
  void (*layer_norm)(const float* x, int64_t rows, int64_t width, const float* weight, const float* bias, float eps, float* y);
  void (*add)(float* x, const float* y, int64_t count);  ///< x += y
  void (*scale)(float* x, float factor, int64_t count);  ///< x *= factor
  void (*normalise)(const float* x, int64_t rows, int64_t width, const float* mean, const float* scale, float* y);
  void (*gelu)(float* x, int64_t count);  ///< exact, with erf
  void (*relu)(float* x, int64_t count);
  void (*swish)(float* x, int64_t count);
  /// Rows of [value, gate], each `size` wide, to value · sigmoid(gate) and value · gate · sigmoid(gate). y may be x's own memory.
  void (*sigmoid_gate)(const float* x, int64_t rows, int64_t size, float* y);
  void (*swish_gate)(const float* x, int64_t rows, int64_t size, float* y);
  void (*log_softmax)(float* x, int64_t count);
  /// Turns interleaved pairs in the first `dims` of each head: cosines and sines are [rows, dims / 2].
  void (*rotate)(float* x, int64_t rows, int64_t stride, int heads, int head_dims, int dims, const float* cosines,
                 const float* sines);
  /// y[t, c] = bias[c] + Σ_k x[t + k, c] · weight[k, c]; x has rows + kernel − 1 rows; bias may be nullptr.
  void (*depthwise)(const float* x, int64_t rows, int64_t width, int kernel, const float* weight, const float* bias, float* y);
  void (*to_bf16)(const float* x, int64_t count, uint16_t* y);  ///< to nearest, ties to even
  void (*attend)(const Attend& work);
  void (*attend_path)(const AttendPath& work);
};

/// The best set for this processor.
const Kernels& kernels();

}  // namespace attend::engine
