#include "engine/encoder.hpp"

#include <algorithm>
#include <utility>

#include "engine/block_stack.hpp"
#include "engine/network_parts.hpp"
#include "engine/one_thread.hpp"
#include "engine/stem.hpp"

namespace attend::engine {

struct Encoder::State {
  std::shared_ptr<const Network> network;
  const NetworkParts& parts;
  std::int64_t chunk, lookahead, hindsight, widest;
  std::int64_t horizon = 0;
  Stem stem;
  BlockStack blocks;
  Aligned<float> rows;  // of the last block of settle and preview

  State(std::shared_ptr<const Network> of, const EncoderSpan& span)
      : network(std::move(of)),
        parts(network->parts()),
        chunk(std::max(span.chunk, 1)),
        lookahead(std::max(span.lookahead, 0)),
        hindsight(std::max(span.hindsight, 0)),
        widest(std::max<std::int64_t>(span.widest, chunk)),
        stem(parts),
        blocks(parts, parts.encoder, std::max(span.left, 0), hindsight + widest + lookahead) {}

  /// Stem rows of a step: from the first that has not settled to the end of the look-ahead.
  std::int64_t needed() const { return horizon - blocks.settled() + chunk + lookahead; }
  EncoderBlock compute(std::int64_t count, std::int64_t settles);
};

EncoderBlock Encoder::State::compute(std::int64_t count, std::int64_t settles) {
  if (count == 0) return {};
  const OneThread one_thread;
  const std::int64_t width = parts.config.encoder.width;
  float* const x = at_least(rows, static_cast<std::size_t>(count * width));
  std::copy_n(stem.rows(count, blocks.scratch()), count * width, x);
  blocks.run(x, count, settles);
  if (parts.encoder_norm) parts.encoder_norm->apply(*parts.loops, x, count, x);
  stem.drop(settles);
  return {{x, static_cast<std::size_t>(settles * width)},
          {x + settles * width, static_cast<std::size_t>((count - settles) * width)}};
}

Encoder::Encoder(std::shared_ptr<const Network> network, const EncoderSpan& span)
    : state_(std::make_unique<State>(std::move(network), span)) {}
Encoder::~Encoder() = default;
Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;

void Encoder::push(std::span<const float> features) {
  state_->stem.push(features);
}

void Encoder::set_chunk(std::int32_t chunk) {
  state_->chunk = std::clamp<std::int64_t>(chunk, 1, state_->widest);
}

bool Encoder::ready() const {
  return state_->stem.rows_ready() >= state_->needed();
}

EncoderBlock Encoder::step() {
  if (!ready()) return {};
  const std::int64_t count = state_->needed();
  state_->horizon += state_->chunk;
  return state_->compute(count, std::max<std::int64_t>(state_->horizon - state_->hindsight - settled_rows(), 0));
}

EncoderBlock Encoder::finish() {
  const std::int64_t rest = std::min(state_->stem.rows_ready(), state_->needed());
  state_->horizon = settled_rows() + rest;
  return state_->compute(rest, rest);
}

std::int64_t Encoder::settled_rows() const {
  return state_->blocks.settled();
}

std::int64_t Encoder::horizon() const {
  return state_->horizon;
}

void Encoder::reset() {
  state_->stem.reset();
  state_->blocks.reset();
  state_->horizon = 0;
}

}  // namespace attend::engine
