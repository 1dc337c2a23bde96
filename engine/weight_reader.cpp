#include "engine/weight_reader.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace attend::engine {
namespace {

float widened_bf16(const std::byte* from) {
  std::uint16_t half = 0;
  std::memcpy(&half, from, sizeof half);
  return std::bit_cast<float>(static_cast<std::uint32_t>(half) << 16);
}

/// `count` elements from `first` on, which all lie in one row if the type is i8.
void widen(ElementType type, const std::byte* bytes, std::int64_t first, std::int64_t count, float row_scale, float* target) {
  switch (type) {
    case ElementType::f32:
      std::memcpy(target, bytes + first * 4, static_cast<std::size_t>(count) * 4);
      return;
    case ElementType::bf16:
      for (std::int64_t i = 0; i < count; ++i) target[i] = widened_bf16(bytes + (first + i) * 2);
      return;
    case ElementType::i8:
      for (std::int64_t i = 0; i < count; ++i)
        target[i] = row_scale * static_cast<float>(std::to_integer<std::int8_t>(bytes[first + i]));
      return;
    case ElementType::u8:
      return;  // the label set: not numbers
  }
}

}  // namespace

RowTable::RowTable(const TensorView& tensor, std::vector<float> row_scale)
    : type_(tensor.type),
      rows_(tensor.shape.at(0)),
      width_(tensor.shape.at(1)),
      bytes_(tensor.data.begin(), tensor.data.end()),
      row_scale_(std::move(row_scale)) {}

void RowTable::read(std::int64_t row, float* target) const {
  widen(type_, bytes_.data(), row * width_, width_, row_scale_.empty() ? 1.0F : row_scale_[static_cast<std::size_t>(row)], target);
}

std::vector<float> WeightReader::floats(const std::string& tensor) const {
  const TensorView* const view = file_.find(tensor);
  if (view == nullptr || view->shape.empty()) return {};
  const std::int64_t rows = view->shape[0];
  std::int64_t width = 1;
  for (std::size_t d = 1; d < view->shape.size(); ++d) width *= view->shape[d];
  const std::vector<float> scales = view->type == ElementType::i8 ? floats(tensor + ".row_scale") : std::vector<float>();
  std::vector<float> values(static_cast<std::size_t>(rows * width));
  for (std::int64_t row = 0; row < rows; ++row) {
    const float scale = scales.empty() ? 1.0F : scales[static_cast<std::size_t>(row)];
    widen(view->type, view->data.data(), row * width, width, scale, values.data() + row * width);
  }
  return values;
}

Aligned<float> WeightReader::aligned(const std::string& tensor) const {
  const std::vector<float> values = floats(tensor);
  return {values.begin(), values.end()};
}

RowTable WeightReader::table(const std::string& tensor) const {
  return {*file_.find(tensor), floats(tensor + ".row_scale")};
}

NormWeights WeightReader::norm(const std::string& name, float eps) const {
  return {aligned(name + ".weight"), aligned(name + ".bias"), eps};
}

Matrix WeightReader::pack(const std::vector<float>& weights, const std::vector<float>& bias, std::int64_t outputs,
                          std::int64_t inputs) {
  return status_ ? taken(library_.pack(weights, bias, outputs, inputs)) : Matrix();
}

Matrix WeightReader::taken(Result<Matrix> matrix) {
  if (matrix) return std::move(*matrix);
  status_ = tl::unexpected<Failure>(std::move(matrix.error()));
  return {};
}

Matrix WeightReader::linear(const std::string& name, float scale) {
  return stacked(name, {""}, scale);
}

Matrix WeightReader::stacked(const std::string& name, std::initializer_list<const char*> parts, float scale) {
  if (!status_) return {};
  const Bias bias = stacked_bias(name, parts, scale);
  const auto is_bytes = [&](const char* part) { return file_.find(name + part + ".weight")->type == ElementType::i8; };
  if (std::all_of(parts.begin(), parts.end(), is_bytes)) return stacked_bytes(name, parts, scale, bias);
  std::vector<float> weights;
  for (const char* part : parts) {
    for (const float value : floats(name + part + ".weight")) weights.push_back(value * scale);
  }
  return taken(library_.pack(weights, bias.values, bias.outputs, bias.inputs));
}

Matrix WeightReader::stacked_bytes(const std::string& name, std::initializer_list<const char*> parts, float scale,
                                   const Bias& bias) {
  std::vector<std::byte> weights;
  std::vector<float> row_scale;
  for (const char* part : parts) {
    const std::string tensor = name + part + ".weight";
    const auto bytes = file_.find(tensor)->data;
    weights.insert(weights.end(), bytes.begin(), bytes.end());
    for (const float value : floats(tensor + ".row_scale")) row_scale.push_back(value * scale);
  }
  return taken(library_.pack_bytes(weights, row_scale, bias.values, bias.outputs, bias.inputs));
}

WeightReader::Bias WeightReader::stacked_bias(const std::string& name, std::initializer_list<const char*> parts,
                                              float scale) const {
  Bias bias;
  bool biased = false;
  for (const char* part : parts) {
    std::vector<float> more = floats(name + part + ".bias");
    const std::vector<std::int64_t>& shape = file_.find(name + part + ".weight")->shape;
    biased = biased || !more.empty();
    more.resize(static_cast<std::size_t>(shape[0]));  // a part without bias has zeros
    for (const float value : more) bias.values.push_back(value * scale);
    bias.outputs += shape[0];
    bias.inputs = shape[1];
  }
  if (!biased) bias.values.clear();
  return bias;
}

}  // namespace attend::engine
