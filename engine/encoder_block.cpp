#include "engine/encoder_block.hpp"

#include <algorithm>
#include <cmath>

#include "engine/activation.hpp"

namespace attend::engine {

EncoderBlockState::EncoderBlockState(const NetworkParts& parts, const EncoderBlockWeights& weights)
    : parts_(parts),
      weights_(weights),
      cache_(parts.config.encoder.heads, parts.config.encoder.width / parts.config.encoder.heads,
             weights.attention.relative.has_value()) {
  if (weights.convolution) tail_rows_ = parts.config.encoder.block.convolution->kernel - 1;
  reset();
}

void EncoderBlockState::reset() {
  // Old keys and values need not go: no slot is seen before it is written again.
  const auto tail = static_cast<std::size_t>(tail_rows_ * parts_.config.encoder.width);
  std::fill_n(at_least(convolution_input_, tail), tail, 0.0F);
}

void EncoderBlockState::run(const EncoderStep& step, float* x, EncoderBuffers& buffers) {
  const Kernels& loops = *parts_.loops;
  if (weights_.feed_forward_1) {
    add_feed_forward(*weights_.feed_forward_1, loops, x, step.rows, buffers.feed_forward, buffers.scratch);
  }
  attend(step, x, buffers);
  if (weights_.convolution) convolve(step, x, buffers);
  add_feed_forward(weights_.feed_forward, loops, x, step.rows, buffers.feed_forward, buffers.scratch);
  if (weights_.norm) weights_.norm->apply(loops, x, step.rows, x);
}

void EncoderBlockState::attend(const EncoderStep& step, float* x, EncoderBuffers& buffers) {
  const EncoderConfig& config = parts_.config.encoder;
  const Kernels& loops = *parts_.loops;
  const auto size = static_cast<std::size_t>(step.rows * config.width);
  const int dims = config.width / config.heads;

  float* const normed = at_least(buffers.normed, size);
  weights_.attention.norm.apply(loops, x, step.rows, normed);
  float* const projected = at_least(buffers.projected, 3 * size);  // rows of [query, key, value]
  weights_.attention.query_key_value.multiply(normed, step.rows, projected, buffers.scratch);
  if (config.block.attention.positions == Positions::rotary) {
    // Keys lie directly behind queries, so they turn as further heads of the same row.
    loops.rotate(projected, step.rows, 3 * std::int64_t{config.width}, 2 * config.heads, dims, step.rotary.dims(),
                 step.rotary.cosines(), step.rotary.sines());
  }
  if (weights_.attention.relative) add_relative(step, projected, buffers);
  store_rows(step, projected, buffers);

  Attend work;
  cache_.describe(work, step.panels);
  work.queries = projected;
  work.query_stride = 3 * std::int64_t{config.width};
  work.rows = step.rows;
  work.slot_bias = step.slot_bias.data();
  work.scale = 1.0F / std::sqrt(static_cast<float>(dims));
  work.scores = at_least(buffers.scores, static_cast<std::size_t>(attend_rows * step.panels * panel_slots));
  work.target = at_least(buffers.mixed, size);
  loops.attend(work);

  float* const result = at_least(buffers.result, size);
  weights_.attention.output.multiply(work.target, step.rows, result, buffers.scratch);
  loops.add(x, result, static_cast<std::int64_t>(size));
}

/// (q + u)·k + (q + v)·p = q·(k + p) + (u·k + v·p): keys take the position in, and the rest is one number per key and head.
void EncoderBlockState::add_relative(const EncoderStep& step, float* projected, EncoderBuffers& buffers) {
  const RelativeWeights& relative = *weights_.attention.relative;
  const EncoderConfig& config = parts_.config.encoder;
  const int dims = config.width / config.heads;
  float* const positions = at_least(buffers.positions, static_cast<std::size_t>(step.rows * config.width));
  relative.position.multiply(step.sinusoids.data(), step.rows, positions, buffers.scratch);
  float* bias = at_least(buffers.head_bias, static_cast<std::size_t>(step.rows * config.heads));
  for (std::int64_t row = 0; row < step.rows; ++row) {
    float* const key = projected + (3 * row + 1) * config.width;
    const float* const position = positions + row * config.width;
    for (int head = 0; head < config.heads; ++head) {
      float sum = 0;
      for (int i = head * dims; i < (head + 1) * dims; ++i) {
        sum += relative.content_bias[static_cast<std::size_t>(i)] * key[i] +
               relative.position_bias[static_cast<std::size_t>(i)] * position[i];
      }
      *bias++ = sum;
    }
    parts_.loops->add(key, position, config.width);
  }
}

void EncoderBlockState::store_rows(const EncoderStep& step, const float* projected, EncoderBuffers& buffers) {
  const std::int64_t width = parts_.config.encoder.width;
  cache_.reserve(step.panels * panel_slots);
  for (std::int64_t row = 0; row < step.rows; ++row) {
    const float* const key = projected + (3 * row + 1) * width;
    const float* const bias = weights_.attention.relative ? buffers.head_bias.data() + row * parts_.config.encoder.heads : nullptr;
    cache_.store((step.first + row) % step.ring, key, key + width, bias);
  }
}

void EncoderBlockState::convolve(const EncoderStep& step, float* x, EncoderBuffers& buffers) {
  const EncoderConfig& config = parts_.config.encoder;
  const ConvolutionConfig& shape = *config.block.convolution;
  const ConvolutionWeights& weights = *weights_.convolution;
  const Kernels& loops = *parts_.loops;
  const std::int64_t width = config.width;
  const std::int64_t size = step.rows * width;

  float* const normed = at_least(buffers.normed, static_cast<std::size_t>(size));
  weights.norm.apply(loops, x, step.rows, normed);
  float* const input = at_least(convolution_input_, static_cast<std::size_t>(tail_rows_ * width + size));
  float* const fresh = input + tail_rows_ * width;
  float* const entered = shape.gate ? at_least(buffers.projected, static_cast<std::size_t>(2 * size)) : fresh;
  weights.in.multiply(normed, step.rows, entered, buffers.scratch);
  if (shape.gate) loops.sigmoid_gate(entered, step.rows, width, fresh);

  float* const mixed = at_least(buffers.mixed, static_cast<std::size_t>(size));
  loops.depthwise(input, step.rows, width, shape.kernel, weights.depthwise.data(),
                  weights.depthwise_bias.empty() ? nullptr : weights.depthwise_bias.data(), mixed);
  if (weights.middle_norm) weights.middle_norm->apply(loops, mixed, step.rows, mixed);
  activate(loops, shape.activation, mixed, size);
  float* const result = at_least(buffers.result, static_cast<std::size_t>(size));
  weights.out.multiply(mixed, step.rows, result, buffers.scratch);
  loops.add(x, result, size);
  std::copy_n(input + step.settles * width, tail_rows_ * width, input);  // the tail of what has settled now
}

}  // namespace attend::engine
