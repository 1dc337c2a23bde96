#include "engine/encoder.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "engine/encoder_block.hpp"
#include "engine/network_parts.hpp"
#include "engine/one_thread.hpp"
#include "engine/stem.hpp"

namespace attend::engine {

struct Encoder::State {
  std::shared_ptr<const Network> network;
  const NetworkParts& parts;
  std::int64_t chunk, lookahead, left, widest;
  Stem stem;
  std::vector<EncoderBlockState> blocks;
  std::vector<float> sinusoid_periods;
  EncoderStep plan;
  EncoderBuffers buffers;
  Aligned<float> rows;  // of the last block of settle and preview
  std::int64_t settled = 0;

  State(std::shared_ptr<const Network> of, const EncoderSpan& span)
      : network(std::move(of)),
        parts(network->parts()),
        chunk(std::max(span.chunk, 1)),
        lookahead(std::max(span.lookahead, 0)),
        left(std::max(span.left, 0)),
        widest(std::max<std::int64_t>(span.widest, chunk)),
        stem(parts) {
    for (const EncoderBlockWeights& weights : parts.encoder) blocks.emplace_back(parts, weights);
    // Room for all that a step may see, so that a row is overwritten only when nobody will see it again.
    plan.ring = padded_slots(left + widest + lookahead);
    const AttentionConfig& attention = parts.config.encoder.block.attention;
    if (attention.positions == Positions::rotary) plan.rotary = RotaryTables(attention.rotary_dims);
    if (attention.positions == Positions::relative) sinusoid_periods = periods(parts.config.encoder.width);
  }

  static std::int64_t padded_slots(std::int64_t slots) { return (slots + panel_slots - 1) / panel_slots * panel_slots; }

  EncoderBlock compute(std::int64_t count, std::int64_t settles);
  void lay_out(std::int64_t count, std::int64_t settles);
};

/// Who sits in which slot, and the angles of the rows' positions.
void Encoder::State::lay_out(std::int64_t count, std::int64_t settles) {
  plan.rows = count;
  plan.settles = settles;
  plan.first = settled;
  const std::int64_t end = settled + count;
  const std::int64_t seen_from = std::max<std::int64_t>(0, settled - left);
  const std::int64_t slots = padded_slots(std::min(end, plan.ring));
  plan.panels = slots / panel_slots;
  float* const bias = at_least(plan.slot_bias, static_cast<std::size_t>(slots));
  std::fill_n(bias, slots, -std::numeric_limits<float>::infinity());
  for (std::int64_t position = seen_from; position < end; ++position) bias[position % plan.ring] = 0;

  if (plan.rotary.dims() > 0) {
    plan.rotary.resize(count);
    for (std::int64_t row = 0; row < count; ++row) plan.rotary.set(row, settled + row);
  }
  if (!sinusoid_periods.empty()) {
    const std::int64_t width = parts.config.encoder.width;
    float* const sinusoids = at_least(plan.sinusoids, static_cast<std::size_t>(count * width));
    for (std::int64_t row = 0; row < count; ++row) write_sinusoid(sinusoid_periods, settled + row, sinusoids + row * width);
  }
}

EncoderBlock Encoder::State::compute(std::int64_t count, std::int64_t settles) {
  if (count == 0) return {};
  const OneThread one_thread;
  const std::int64_t width = parts.config.encoder.width;
  lay_out(count, settles);
  float* const x = at_least(rows, static_cast<std::size_t>(count * width));
  std::copy_n(stem.rows(count, buffers.scratch), count * width, x);
  for (EncoderBlockState& block : blocks) block.run(plan, x, buffers);
  if (parts.encoder_norm) parts.encoder_norm->apply(*parts.loops, x, count, x);
  stem.drop(settles);
  settled += settles;
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
  return state_->stem.rows_ready() >= state_->chunk + state_->lookahead;
}

EncoderBlock Encoder::step() {
  return ready() ? state_->compute(state_->chunk + state_->lookahead, state_->chunk) : EncoderBlock{};
}

EncoderBlock Encoder::finish() {
  const std::int64_t rest = std::min(state_->stem.rows_ready(), state_->chunk + state_->lookahead);
  return state_->compute(rest, rest);
}

std::int64_t Encoder::settled_rows() const {
  return state_->settled;
}

void Encoder::reset() {
  state_->stem.reset();
  for (EncoderBlockState& block : state_->blocks) block.reset();
  state_->settled = 0;
}

}  // namespace attend::engine
