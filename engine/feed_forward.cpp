#include "engine/feed_forward.hpp"

#include <algorithm>

#include "engine/activation.hpp"

namespace attend::engine {
namespace {

constexpr std::int64_t most_rows_together = 64;

}  // namespace

void add_feed_forward(const FeedForwardWeights& weights, const Kernels& loops, float* x, std::int64_t rows,
                      FeedForwardBuffers& buffers, MatmulScratch& scratch) {
  const std::int64_t width = weights.up.inputs();
  const std::int64_t wide = weights.up.outputs();
  const auto most = static_cast<std::size_t>(std::min(rows, most_rows_together));
  float* const normed = at_least(buffers.normed, most * width);
  float* const inner = at_least(buffers.wide, most * wide);
  float* const result = at_least(buffers.result, most * width);
  while (rows > 0) {
    const std::int64_t now = std::min(rows, most_rows_together);
    weights.norm.apply(loops, x, now, normed);
    weights.up.multiply(normed, now, inner, scratch);
    if (weights.gated) {
      loops.swish_gate(inner, now, wide / 2, inner);
    } else {
      activate(loops, weights.activation, inner, now * wide);
    }
    weights.down.multiply(inner, now, result, scratch);
    loops.add(x, result, now * width);
    x += now * width;
    rows -= now;
  }
}

}  // namespace attend::engine
