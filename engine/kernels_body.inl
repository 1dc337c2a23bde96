// The loops of engine/kernels.hpp, compiled once per instruction set. Vectors are the compiler's own (GCC and Clang), so one text
// serves all sets. Only C headers are included: an inline function of the standard library compiled here with AVX-512 could be the
// copy that the linker keeps for everybody.
#include <math.h>

#include "engine/kernels.hpp"

namespace attend::engine {

extern const Kernels ATTEND_KERNELS;

namespace {

constexpr int lanes = ATTEND_LANES;
constexpr int vectors_per_panel = panel_slots / lanes;
// As many rows as keep the accumulators of one panel in registers, and enough of them to hide the latency of a multiply-add.
constexpr int group_rows = lanes / 2;
static_assert(group_rows <= attend_rows);

typedef float Vector __attribute__((vector_size(lanes * sizeof(float))));
typedef int32_t Integers __attribute__((vector_size(lanes * sizeof(int32_t))));

#define ATTEND_INLINE static inline __attribute__((always_inline))

ATTEND_INLINE Vector load(const float* from) {
  Vector v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

ATTEND_INLINE void store(float* to, Vector v) {
  __builtin_memcpy(to, &v, sizeof v);
}

ATTEND_INLINE Vector load_some(const float* from, int64_t count) {
  Vector v = {};
  __builtin_memcpy(&v, from, static_cast<size_t>(count) * sizeof(float));
  return v;
}

ATTEND_INLINE void store_some(float* to, Vector v, int64_t count) {
  __builtin_memcpy(to, &v, static_cast<size_t>(count) * sizeof(float));
}

ATTEND_INLINE Vector splat(float x) {
  return x - Vector{};
}
ATTEND_INLINE Vector larger(Vector a, Vector b) {
  return a > b ? a : b;
}
ATTEND_INLINE Vector smaller(Vector a, Vector b) {
  return a < b ? a : b;
}

/// Halves are added until one lane is left: the same order everywhere.
ATTEND_INLINE float sum(Vector v) {
  float lane[lanes];
  store(lane, v);
  for (int half = lanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i) lane[i] += lane[i + half];
  }
  return lane[0];
}

ATTEND_INLINE float largest(Vector v) {
  float lane[lanes];
  store(lane, v);
  float most = lane[0];
  for (int i = 1; i < lanes; ++i) most = lane[i] > most ? lane[i] : most;
  return most;
}

ATTEND_INLINE float largest_of(const float* x, int64_t count) {
  Vector highest = splat(-__builtin_inff());
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) highest = larger(load(x + i), highest);
  float most = largest(highest);
  for (; i < count; ++i) most = x[i] > most ? x[i] : most;
  return most;
}

/// e^x, relative error below 2e-7; 0 below -87.3 (also for minus infinity) and e^88 above 88. Polynomial and split of ln 2 from
/// Cephes (expf.c). An own one, since the compiler's vector expf turns scalar for arguments out of range.
ATTEND_INLINE Vector exponential(Vector x) {
  const Vector low = splat(-87.3F);
  const Vector bounded = larger(smaller(x, splat(88.0F)), low);
  // Adding 1.5 · 2^23 rounds to a whole number and leaves it in the low bits.
  const Vector rounder = splat(12582912.0F);
  const Vector shifted = bounded * 1.44269504F + rounder;
  const Vector whole = shifted - rounder;
  Vector rest = bounded - whole * 0.693359375F;
  rest = rest - whole * -2.12194440e-4F;
  Vector y = rest * 1.9875691500e-4F + 1.3981999507e-3F;
  y = y * rest + 8.3334519073e-3F;
  y = y * rest + 4.1665795894e-2F;
  y = y * rest + 1.6666665459e-1F;
  y = y * rest + 5.0000001201e-1F;
  y = y * (rest * rest) + rest + 1.0F;
  const Integers power = ((Integers)shifted - 0x4B400000 + 127) << 23;
  return x < low ? Vector{} : y * (Vector)power;
}

ATTEND_INLINE Vector sigmoid(Vector x) {
  return 1.0F / (1.0F + exponential(-x));
}
/// x · sigmoid(x). The bound matters below −88 alone, where `exponential` stops growing and x does not.
ATTEND_INLINE Vector swish_of(Vector x) {
  return larger(x, splat(-100.0F)) * sigmoid(x);
}

/// Abramowitz and Stegun 7.1.26, absolute error below 2e-7.
ATTEND_INLINE Vector erf_of(Vector x) {
  const Vector size = x < 0.0F ? -x : x;
  const Vector t = 1.0F / (1.0F + size * 0.3275911F);
  Vector y = t * 1.061405429F - 1.453152027F;
  y = y * t + 1.421413741F;
  y = y * t - 0.284496736F;
  y = y * t + 0.254829592F;
  y = 1.0F - y * t * exponential(-(size * size));
  return x < 0.0F ? -y : y;
}

/// Whole vectors, and the last elements through the same arithmetic: an element's result does not depend on where it stands.
template <class Operation>
ATTEND_INLINE void each(float* x, int64_t count, Operation operation) {
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) store(x + i, operation(load(x + i)));
  if (i < count) store_some(x + i, operation(load_some(x + i, count - i)), count - i);
}

template <class Operation>
ATTEND_INLINE void each_pair(const float* a, const float* b, int64_t count, float* y, Operation operation) {
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) store(y + i, operation(load(a + i), load(b + i)));
  if (i < count) store_some(y + i, operation(load_some(a + i, count - i), load_some(b + i, count - i)), count - i);
}

void gelu(float* x, int64_t count) {
  each(
      x, count, [](Vector v) __attribute__((always_inline)) { return 0.5F * v * (1.0F + erf_of(v * 0.70710678F)); });
}
void relu(float* x, int64_t count) {
  each(
      x, count, [](Vector v) __attribute__((always_inline)) { return larger(v, Vector{}); });
}
void swish(float* x, int64_t count) {
  each(
      x, count, [](Vector v) __attribute__((always_inline)) { return swish_of(v); });
}
void scale(float* x, float factor, int64_t count) {
  each(
      x, count, [=](Vector v) __attribute__((always_inline)) { return v * factor; });
}
void add(float* x, const float* y, int64_t count) {
  each_pair(
      x, y, count, x, [](Vector a, Vector b) __attribute__((always_inline)) { return a + b; });
}

void sigmoid_gate(const float* x, int64_t rows, int64_t size, float* y) {
  for (int64_t row = 0; row < rows; ++row, x += 2 * size, y += size) {
    each_pair(
        x, x + size, size, y, [](Vector value, Vector gate) __attribute__((always_inline)) { return value * sigmoid(gate); });
  }
}

void swish_gate(const float* x, int64_t rows, int64_t size, float* y) {
  for (int64_t row = 0; row < rows; ++row, x += 2 * size, y += size) {
    each_pair(
        x, x + size, size, y, [](Vector value, Vector gate) __attribute__((always_inline)) { return swish_of(gate) * value; });
  }
}

void normalise(const float* x, int64_t rows, int64_t width, const float* mean, const float* factor, float* y) {
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < width; ++i) y[row * width + i] = (x[row * width + i] - mean[i]) * factor[i];
  }
}

ATTEND_INLINE void layer_norm_row(const float* x, int64_t width, const float* weight, const float* bias, float eps, float* y) {
  const int64_t whole = width - width % lanes;
  Vector total = {};
  for (int64_t i = 0; i < whole; i += lanes) total += load(x + i);
  total += load_some(x + whole, width - whole);
  const float mean = sum(total) / static_cast<float>(width);
  Vector squares = {};
  for (int64_t i = 0; i < whole; i += lanes) {
    const Vector off = load(x + i) - mean;
    squares += off * off;
  }
  float rest = 0;
  for (int64_t i = whole; i < width; ++i) rest += (x[i] - mean) * (x[i] - mean);
  const float factor = 1.0F / sqrtf((sum(squares) + rest) / static_cast<float>(width) + eps);
  for (int64_t i = 0; i < width; ++i) {
    const float scaled = (x[i] - mean) * factor * weight[i];
    y[i] = bias == nullptr ? scaled : scaled + bias[i];
  }
}

void layer_norm(const float* x, int64_t rows, int64_t width, const float* weight, const float* bias, float eps, float* y) {
  for (int64_t row = 0; row < rows; ++row) layer_norm_row(x + row * width, width, weight, bias, eps, y + row * width);
}

/// Turns x into e^(x − max) and returns their sum; whole vectors only.
ATTEND_INLINE float exponentials(float* x, int64_t count, float most) {
  Vector total = {};
  for (int64_t i = 0; i < count; i += lanes) {
    const Vector e = exponential(load(x + i) - most);
    store(x + i, e);
    total += e;
  }
  return sum(total);
}

void log_softmax(float* x, int64_t count) {
  float most = largest_of(x, count);
  Vector total = {};
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) total += exponential(load(x + i) - most);
  float rest = 0;
  for (; i < count; ++i) rest += expf(x[i] - most);
  const float down = most + logf(sum(total) + rest);
  each(
      x, count, [=](Vector v) __attribute__((always_inline)) { return v - down; });
}

void rotate(float* x, int64_t rows, int64_t stride, int heads, int head_dims, int dims, const float* cosines, const float* sines) {
  for (int64_t row = 0; row < rows; ++row) {
    const float* cosine = cosines + row * (dims / 2);
    const float* sine = sines + row * (dims / 2);
    for (int head = 0; head < heads; ++head) {
      float* pair = x + row * stride + head * head_dims;
      for (int i = 0; i < dims / 2; ++i) {
        const float first = pair[2 * i];
        const float second = pair[2 * i + 1];
        pair[2 * i] = first * cosine[i] - second * sine[i];
        pair[2 * i + 1] = second * cosine[i] + first * sine[i];
      }
    }
  }
}

void depthwise(const float* x, int64_t rows, int64_t width, int kernel, const float* weight, const float* bias, float* y) {
  for (int64_t row = 0; row < rows; ++row, x += width, y += width) {
    for (int64_t c = 0; c < width; c += lanes) {
      const int64_t some = width - c < lanes ? width - c : lanes;
      Vector total = bias == nullptr ? Vector{} : load_some(bias + c, some);
      if (some == lanes) {
        for (int k = 0; k < kernel; ++k) total += load(x + k * width + c) * load(weight + k * width + c);
      } else {
        for (int k = 0; k < kernel; ++k) total += load_some(x + k * width + c, some) * load_some(weight + k * width + c, some);
      }
      store_some(y + c, total, some);
    }
  }
}

void to_bf16(const float* x, int64_t count, uint16_t* y) {
  for (int64_t i = 0; i < count; ++i) {
    uint32_t bits;
    __builtin_memcpy(&bits, x + i, sizeof bits);
    y[i] = static_cast<uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
  }
}

// ---- Attention over panels
// -------------------------------------------------------------------------------------------------------

/// Where one head's data begins, for a group of query rows.
struct Head {
  const float *queries, *keys, *values, *head_bias;
  float* target;
  int64_t key_stride, value_stride, bias_stride, query_stride, target_stride;
};

/// Scores of `rows` query rows against `count` panels from `panel` on. Several panels at once, where rows are few, hide the latency
/// of a multiply-add; a score is the same sum either way.
template <int rows, int count>
ATTEND_INLINE void some_panels(const Attend& w, const Head& head, int64_t panel, Vector* highest) {
  const int64_t slots = w.panels * panel_slots;
  const float* key = head.keys + panel * head.key_stride;
  Vector total[count][rows][vectors_per_panel] = {};
  for (int d = 0; d < w.dims; ++d, key += panel_slots) {
    for (int p = 0; p < count; ++p) {
      for (int v = 0; v < vectors_per_panel; ++v) {
        const Vector k = load(key + p * head.key_stride + v * lanes);
        for (int r = 0; r < rows; ++r) total[p][r][v] += k * head.queries[r * head.query_stride + d];
      }
    }
  }
  for (int p = 0; p < count; ++p) {
    for (int v = 0; v < vectors_per_panel; ++v) {
      const int64_t slot = (panel + p) * panel_slots + v * lanes;
      const Vector unseen = load(w.slot_bias + slot);
      const Vector place =
          head.head_bias == nullptr ? Vector{} : load(head.head_bias + (panel + p) * head.bias_stride + v * lanes);
      for (int r = 0; r < rows; ++r) {
        const Vector score = (total[p][r][v] + place) * w.scale + unseen;
        store(w.scores + r * slots + slot, score);
        highest[r] = larger(score, highest[r]);
      }
    }
  }
}

/// Scores of `rows` query rows against all slots, and each row's maximum.
template <int rows>
ATTEND_INLINE void panel_scores(const Attend& w, const Head& head, float* most) {
  constexpr int together = group_rows / rows;
  Vector highest[rows];
  for (int r = 0; r < rows; ++r) highest[r] = splat(-__builtin_inff());
  int64_t panel = 0;
  for (; panel + together <= w.panels; panel += together) some_panels<rows, together>(w, head, panel, highest);
  for (; panel < w.panels; ++panel) some_panels<rows, 1>(w, head, panel, highest);
  for (int r = 0; r < rows; ++r) most[r] = largest(highest[r]);
}

/// `vectors` neighbouring vectors of the weighted values.
template <int rows, int vectors>
ATTEND_INLINE void weigh_values(const Attend& w, const Head& head, const float* factor, int64_t first) {
  const int64_t slots = w.panels * panel_slots;
  const int wide = padded(w.dims);
  Vector total[rows][vectors] = {};
  for (int64_t panel = 0; panel < w.panels; ++panel) {
    const float* value = head.values + panel * head.value_stride + first;
    const float* weight = w.scores + panel * panel_slots;
    for (int s = 0; s < panel_slots; ++s, value += wide) {
      for (int v = 0; v < vectors; ++v) {
        const Vector x = load(value + v * lanes);
        for (int r = 0; r < rows; ++r) total[r][v] += x * weight[r * slots + s];
      }
    }
  }
  for (int v = 0; v < vectors; ++v) {
    const int64_t begin = first + v * lanes;
    const int64_t some = w.dims - begin < lanes ? w.dims - begin : lanes;
    if (some <= 0) break;
    for (int r = 0; r < rows; ++r) store_some(head.target + r * head.target_stride + begin, total[r][v] * factor[r], some);
  }
}

template <int rows>
ATTEND_INLINE void attend_group(const Attend& w, const Head& head, float share, float* clock) {
  const int64_t slots = w.panels * panel_slots;
  float factor[rows];
  panel_scores<rows>(w, head, factor);
  for (int r = 0; r < rows; ++r) factor[r] = 1.0F / exponentials(w.scores + r * slots, slots, factor[r]);
  constexpr int tile = rows == 1 ? 3 : lanes >= 8 ? 2 : 4;
  int64_t first = 0;
  for (; first + tile * lanes <= padded(w.dims); first += tile * lanes) weigh_values<rows, tile>(w, head, factor, first);
  for (; first < padded(w.dims); first += lanes) weigh_values<rows, 1>(w, head, factor, first);
  if (share == 0.0F) return;
  for (int r = 0; r < rows; ++r) {
    const float part = factor[r] * share;
    each_pair(
        clock + r * w.clock_stride, w.scores + r * slots, w.clock_slots,
        clock + r * w.clock_stride, [=](Vector sofar, Vector weight) __attribute__((always_inline)) {
          return sofar + weight * part;
        });
  }
}

/// The first of `left` rows, as many as go together well; returns how many.
ATTEND_INLINE int64_t attend_some(const Attend& w, const Head& head, float share, float* clock, int64_t left) {
  if (left >= group_rows) {
    attend_group<group_rows>(w, head, share, clock);
    return group_rows;
  }
  if (group_rows > 4 && left >= 4) {
    attend_group<group_rows < 4 ? group_rows : 4>(w, head, share, clock);
    return 4;
  }
  if (group_rows > 2 && left >= 2) {
    attend_group<2>(w, head, share, clock);
    return 2;
  }
  attend_group<1>(w, head, share, clock);
  return 1;
}

void attend(const Attend& w) {
  const int64_t width = static_cast<int64_t>(w.heads) * w.dims;
  for (int h = 0; h < w.heads; ++h) {
    Head head{};
    head.keys = w.keys + static_cast<int64_t>(h) * w.dims * panel_slots;
    head.values = w.values + static_cast<int64_t>(h) * panel_slots * padded(w.dims);
    head.head_bias = w.head_bias == nullptr ? nullptr : w.head_bias + static_cast<int64_t>(h) * panel_slots;
    head.key_stride = width * panel_slots;
    head.value_stride = static_cast<int64_t>(w.heads) * panel_slots * padded(w.dims);
    head.bias_stride = static_cast<int64_t>(w.heads) * panel_slots;
    head.query_stride = w.query_stride;
    head.target_stride = width;
    const float share = w.clock_share == nullptr ? 0.0F : w.clock_share[h];
    for (int64_t row = 0; row < w.rows;) {
      head.queries = w.queries + row * w.query_stride + h * w.dims;
      head.target = w.target + row * width + h * w.dims;
      float* clock = w.clock == nullptr ? nullptr : w.clock + row * w.clock_stride;
      row += attend_some(w, head, share, clock, w.rows - row);
    }
  }
}

// ---- Attention along a path
// ------------------------------------------------------------------------------------------------------

void attend_path(const AttendPath& w) {
  const int wide = padded(w.dims);
  const int64_t stride = static_cast<int64_t>(w.heads) * wide;
  const int64_t whole = (w.count + lanes - 1) / lanes * lanes;
  for (int h = 0; h < w.heads; ++h) {
    const float* query = w.query + static_cast<int64_t>(h) * wide;
    float most = -__builtin_inff();
    for (int64_t i = 0; i < w.count; ++i) {
      const float* key = w.keys + w.slots[i] * stride + static_cast<int64_t>(h) * wide;
      Vector total = {};
      for (int d = 0; d < wide; d += lanes) total += load(query + d) * load(key + d);
      w.scores[i] = sum(total) * w.scale;
      most = w.scores[i] > most ? w.scores[i] : most;
    }
    for (int64_t i = w.count; i < whole; ++i) w.scores[i] = -__builtin_inff();
    const float factor = 1.0F / exponentials(w.scores, whole, most);
    for (int d = 0; d < w.dims; d += lanes) {
      Vector total = {};
      for (int64_t i = 0; i < w.count; ++i) {
        total += load(w.values + w.slots[i] * stride + static_cast<int64_t>(h) * wide + d) * w.scores[i];
      }
      const int64_t some = w.dims - d < lanes ? w.dims - d : lanes;
      store_some(w.target + static_cast<int64_t>(h) * w.dims + d, total * factor, some);
    }
  }
}

}  // namespace

const Kernels ATTEND_KERNELS = {
    ATTEND_KERNELS_NAME, layer_norm, add,         scale,  normalise, gelu,    relu,   swish,
    sigmoid_gate,        swish_gate, log_softmax, rotate, depthwise, to_bf16, attend, attend_path,
};

}  // namespace attend::engine
