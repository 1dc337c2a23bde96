#include "engine/block_stack.hpp"

#include <algorithm>
#include <limits>

namespace attend::engine {
namespace {

std::int64_t padded_slots(std::int64_t slots) {
  return (slots + panel_slots - 1) / panel_slots * panel_slots;
}

}  // namespace

BlockStack::BlockStack(const NetworkParts& parts, const std::vector<EncoderBlockWeights>& blocks, std::int64_t left,
                       std::int64_t longest)
    : parts_(parts), left_(left) {
  for (const EncoderBlockWeights& weights : blocks) blocks_.emplace_back(parts, weights);
  // Room for all that a step may see, so that a row is overwritten only when nobody will see it again.
  plan_.ring = padded_slots(left + longest);
  const AttentionConfig& attention = parts.config.encoder.block.attention;
  if (attention.positions == Positions::rotary) plan_.rotary = RotaryTables(attention.rotary_dims);
  if (attention.positions == Positions::relative) sinusoid_periods_ = periods(parts.config.encoder.width);
}

/// Who sits in which slot, and the angles of the rows' positions.
void BlockStack::lay_out(std::int64_t rows, std::int64_t settles) {
  plan_.rows = rows;
  plan_.settles = settles;
  plan_.first = settled_;
  const std::int64_t end = settled_ + rows;
  const std::int64_t seen_from = std::max<std::int64_t>(0, settled_ - left_);
  const std::int64_t slots = padded_slots(std::min(end, plan_.ring));
  plan_.panels = slots / panel_slots;
  float* const bias = at_least(plan_.slot_bias, static_cast<std::size_t>(slots));
  std::fill_n(bias, slots, -std::numeric_limits<float>::infinity());
  for (std::int64_t position = seen_from; position < end; ++position) bias[position % plan_.ring] = 0;

  if (plan_.rotary.dims() > 0) {
    plan_.rotary.resize(rows);
    for (std::int64_t row = 0; row < rows; ++row) plan_.rotary.set(row, settled_ + row);
  }
  if (!sinusoid_periods_.empty()) {
    const std::int64_t width = parts_.config.encoder.width;
    float* const sinusoids = at_least(plan_.sinusoids, static_cast<std::size_t>(rows * width));
    for (std::int64_t row = 0; row < rows; ++row) write_sinusoid(sinusoid_periods_, settled_ + row, sinusoids + row * width);
  }
}

void BlockStack::run(float* x, std::int64_t rows, std::int64_t settles) {
  if (!blocks_.empty()) lay_out(rows, settles);
  for (EncoderBlockState& block : blocks_) block.run(plan_, x, buffers_);
  settled_ += settles;
}

void BlockStack::reset() {
  for (EncoderBlockState& block : blocks_) block.reset();
  settled_ = 0;
}

}  // namespace attend::engine
