// The feed-forward part of a block.
#pragma once

#include <cstdint>

#include "engine/matmul.hpp"
#include "engine/network_parts.hpp"

namespace attend::engine {

/// Buffers of feed_forward(), which grow once.
struct FeedForwardBuffers {
  Aligned<float> normed, wide, result;
};

/// x [rows, width] += down(activation(up(norm(x)))), a few rows at a time so that what lies between stays in the cache.
void add_feed_forward(const FeedForwardWeights& weights, const Kernels& loops, float* x, std::int64_t rows,
                      FeedForwardBuffers& buffers, MatmulScratch& scratch);

}  // namespace attend::engine
