// For processors with AVX512, its bf16 products and its byte permutations (VBMI). Intrinsics: the compiler's own vectors know
// neither.
#if defined(__x86_64__)
#include <immintrin.h>

#include "engine/byte_loops_avx512.hpp"

namespace attend::engine {
namespace {

#define ATTEND_INLINE static inline __attribute__((always_inline))

constexpr int lanes = 16;
constexpr int panel_vectors = byte_panel / lanes;
// With so many rows all sums stay in registers: 24 of 32, beside a pair of inputs' weights and the tables.
constexpr int group_rows = 6;

/// Every whole number up to 127 as bf16, exactly; low and high bytes apart.
struct Tables {
  __m512i low[2], high[2];

  Tables() {
    uint8_t lows[128];
    uint8_t highs[128];
    for (int i = 0; i < 128; ++i) {
      const auto number = static_cast<float>(i);
      uint32_t bits = 0;
      __builtin_memcpy(&bits, &number, sizeof bits);
      lows[i] = static_cast<uint8_t>(bits >> 16);
      highs[i] = static_cast<uint8_t>(bits >> 24);
    }
    for (int i = 0; i < 2; ++i) {
      low[i] = _mm512_loadu_si512(lows + 64 * i);
      high[i] = _mm512_loadu_si512(highs + 64 * i);
    }
  }
};

/// 64 weights become 32 and 32 numbers in bf16.
ATTEND_INLINE void widen(const uint8_t* from, const Tables& tables, __m512i* to) {
  const __m512i bytes = _mm512_loadu_si512(from);
  const __m512i low = _mm512_permutex2var_epi8(tables.low[0], bytes, tables.low[1]);
  const __m512i high = _mm512_permutex2var_epi8(tables.high[0], bytes, tables.high[1]);
  const __m512i sign = _mm512_set1_epi8(static_cast<char>(0x80));
  const __m512i with_sign = _mm512_ternarylogic_epi32(high, bytes, sign, 0xF8);  // high | (bytes & sign)
  to[0] = _mm512_unpacklo_epi8(low, with_sign);
  to[1] = _mm512_unpackhi_epi8(low, with_sign);
}

/// One panel's outputs of some rows.
template <int rows>
ATTEND_INLINE void multiply_panel(const ByteProduct& w, const Tables& tables, int64_t first_row, int64_t first_output) {
  const uint8_t* weights = w.weights + first_output * w.inputs;
  const uint16_t* source = w.source + first_row * w.inputs;
  __m512 sums[rows][panel_vectors];
  for (int r = 0; r < rows; ++r) {
    for (int v = 0; v < panel_vectors; ++v) sums[r][v] = _mm512_setzero_ps();
  }
  for (int64_t i = 0; i < w.inputs; i += 2, weights += 2 * byte_panel) {
    __m512i wide[panel_vectors];
    widen(weights, tables, wide);
    widen(weights + 64, tables, wide + 2);
    for (int r = 0; r < rows; ++r) {
      int32_t pair = 0;
      __builtin_memcpy(&pair, source + r * w.inputs + i, sizeof pair);
      const auto inputs = (__m512bh)_mm512_set1_epi32(pair);
      for (int v = 0; v < panel_vectors; ++v) sums[r][v] = _mm512_dpbf16_ps(sums[r][v], inputs, (__m512bh)wide[v]);
    }
  }
  for (int v = 0; v < panel_vectors; ++v) {
    const int64_t output = first_output + v * lanes;
    const int64_t left = w.outputs - output;
    if (left <= 0) break;
    const auto some = static_cast<__mmask16>(left >= lanes ? 0xFFFF : (1 << left) - 1);
    const __m512 factor = _mm512_loadu_ps(w.factor + output);
    const __m512 bias = _mm512_loadu_ps(w.bias + output);
    for (int r = 0; r < rows; ++r) {
      float* const target = w.target + (first_row + r) * w.outputs + output;
      _mm512_mask_storeu_ps(target, some, _mm512_fmadd_ps(sums[r][v], factor, bias));
    }
  }
}

void multiply_some(const ByteProduct& w, const Tables& tables, int64_t rows, int64_t first_row, int64_t first_output) {
  switch (rows) {
    case 1:
      return multiply_panel<1>(w, tables, first_row, first_output);
    case 2:
      return multiply_panel<2>(w, tables, first_row, first_output);
    case 3:
      return multiply_panel<3>(w, tables, first_row, first_output);
    case 4:
      return multiply_panel<4>(w, tables, first_row, first_output);
    case 5:
      return multiply_panel<5>(w, tables, first_row, first_output);
    default:
      return multiply_panel<6>(w, tables, first_row, first_output);
  }
}

}  // namespace

// A panel's bytes stay in the cache for all groups of rows; widening them again for each costs less than keeping them wide.
void multiply_bytes_avx512(const ByteProduct& work) {
  const Tables tables;
  const int64_t groups = (work.rows + group_rows - 1) / group_rows;
  for (int64_t output = 0; output < work.outputs; output += byte_panel) {
    int64_t row = 0;
    for (int64_t left = groups; left > 0; --left) {
      const int64_t rows = (work.rows - row + left - 1) / left;  // groups of even size
      multiply_some(work, tables, rows, row, output);
      row += rows;
    }
  }
}

}  // namespace attend::engine
#endif
