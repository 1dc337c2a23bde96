#include "engine/byte_matrix.hpp"

#include <algorithm>
#include <cstdlib>

namespace attend::engine {
namespace {

constexpr int least_weight = -128;  // has no magnitude of seven bits

std::uint8_t sign_and_magnitude(int weight) {
  return static_cast<std::uint8_t>((weight < 0 ? 0x80 : 0) | std::abs(weight));
}

int weight_of(std::byte byte) {
  return std::to_integer<std::int8_t>(byte);
}

}  // namespace

std::optional<ByteMatrix> ByteMatrix::pack(std::span<const std::byte> weights, std::span<const float> row_scale,
                                           std::span<const float> bias, std::int64_t outputs, std::int64_t inputs) {
  const ByteLoop loop = byte_loop();
  const auto impossible = [](std::byte byte) { return weight_of(byte) == least_weight; };
  if (loop == nullptr || inputs % 2 != 0 || std::any_of(weights.begin(), weights.end(), impossible)) return std::nullopt;
  ByteMatrix matrix(loop, outputs, inputs);
  const std::int64_t whole = (outputs + byte_panel - 1) / byte_panel * byte_panel;
  matrix.weights_.resize(static_cast<std::size_t>(whole * inputs));
  for (std::int64_t output = 0; output < outputs; ++output) {
    const std::int64_t panel = output / byte_panel * byte_panel;
    for (std::int64_t input = 0; input < inputs; ++input) {
      matrix.weights_[static_cast<std::size_t>(panel * inputs + byte_place(output - panel, input))] =
          sign_and_magnitude(weight_of(weights[static_cast<std::size_t>(output * inputs + input)]));
    }
  }
  matrix.factor_.assign(row_scale.begin(), row_scale.end());
  matrix.factor_.resize(static_cast<std::size_t>(whole));
  matrix.bias_.assign(bias.begin(), bias.end());
  matrix.bias_.resize(static_cast<std::size_t>(whole));
  return matrix;
}

void ByteMatrix::multiply(const std::uint16_t* source, std::int64_t rows, float* target) const {
  ByteProduct work;
  work.weights = weights_.data();
  work.factor = factor_.data();
  work.bias = bias_.data();
  work.source = source;
  work.target = target;
  work.rows = rows;
  work.inputs = inputs_;
  work.outputs = outputs_;
  loop_(work);
}

}  // namespace attend::engine
