#include "engine/head.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "engine/block_stack.hpp"
#include "engine/network_parts.hpp"
#include "engine/one_thread.hpp"

namespace attend::engine {

const HeadConfig* find_head(const ModelConfig& config, HeadKind kind) {
  const std::optional<HeadConfig>& head = kind == HeadKind::counter ? config.heads.counter : config.heads.ctc;
  return head ? &*head : nullptr;
}

struct Head::State {
  std::shared_ptr<const Network> network;
  const NetworkParts& parts;
  HeadKind kind;
  const HeadWeights& weights;
  BlockStack blocks;
  Aligned<float> x;
  std::vector<float> said;  // [rows, outputs]
  std::size_t rows = 0;

  State(std::shared_ptr<const Network> of, HeadKind which, const EncoderSpan& span)
      : network(std::move(of)),
        parts(network->parts()),
        kind(which),
        weights(which == HeadKind::counter ? *parts.counter : *parts.ctc),
        blocks(parts, weights.blocks, std::max(span.left, 0),
               std::int64_t{std::max({span.chunk, span.widest, 1})} + std::max(span.lookahead, 0) + std::max(span.hindsight, 0)) {}

  std::size_t outputs() const { return static_cast<std::size_t>(weights.output.outputs()); }
  void finish(float* target, std::int64_t count) const;
};

/// From the projection's results to what is told.
void Head::State::finish(float* target, std::int64_t count) const {
  if (kind == HeadKind::counter) {
    std::transform(target, target + count, target, [](float logit) { return 1 / (1 + std::exp(-logit)); });
    return;
  }
  const std::int64_t width = weights.output.outputs();
  for (std::int64_t row = 0; row < count; ++row) parts.loops->log_softmax(target + row * width, width);
}

Head::Head(std::shared_ptr<const Network> network, HeadKind kind, const EncoderSpan& span)
    : state_(std::make_unique<State>(std::move(network), kind, span)) {}
Head::~Head() = default;
Head::Head(Head&&) noexcept = default;
Head& Head::operator=(Head&&) noexcept = default;

void Head::advance(const EncoderBlock& block) {
  State& state = *state_;
  const auto width = static_cast<std::size_t>(state.parts.config.encoder.width);
  const std::size_t settles = block.settled.size() / width;
  const std::size_t count = settles + block.preview.size() / width;
  const std::size_t first = settled_rows();
  state.rows = first + count;
  if (count == 0) return;
  const OneThread one_thread;
  float* const x = at_least(state.x, count * width);
  std::copy(block.preview.begin(), block.preview.end(), std::copy(block.settled.begin(), block.settled.end(), x));
  const auto rows = static_cast<std::int64_t>(count);
  state.blocks.run(x, rows, static_cast<std::int64_t>(settles));
  state.weights.norm.apply(*state.parts.loops, x, rows, x);
  if (state.said.size() < state.rows * state.outputs()) state.said.resize(state.rows * state.outputs());
  float* const target = state.said.data() + first * state.outputs();
  state.weights.output.multiply(x, rows, target, state.blocks.scratch());
  state.finish(target, rows);
}

std::size_t Head::rows() const {
  return state_->rows;
}

std::size_t Head::settled_rows() const {
  return static_cast<std::size_t>(state_->blocks.settled());
}

std::span<const float> Head::row(std::size_t index) const {
  return std::span(state_->said).subspan(index * state_->outputs(), state_->outputs());
}

void Head::reset() {
  state_->blocks.reset();
  state_->rows = 0;
}

}  // namespace attend::engine
