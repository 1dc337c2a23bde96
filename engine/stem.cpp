#include "engine/stem.hpp"

#include <algorithm>
#include <cmath>

#include "engine/activation.hpp"

namespace attend::engine {
namespace {

// Output rows computed together: enough for full speed, few enough for small buffers.
constexpr std::int64_t most_rows_together = 64;

std::int64_t outputs_of(const StemLayer& layer, std::int64_t inputs) {
  const std::int64_t padded = inputs + layer.left;
  return padded < layer.kernel ? 0 : (padded - layer.kernel) / layer.stride + 1;
}

std::int64_t inputs_for(const StemLayer& layer, std::int64_t outputs) {
  return outputs == 0 ? 0 : std::max<std::int64_t>(0, (outputs - 1) * layer.stride - layer.left + layer.kernel);
}

}  // namespace

Stem::Stem(const NetworkParts& parts) : parts_(parts), ready_(parts.config.encoder.width) {
  std::int64_t width = parts.config.features.bins;
  int bins = parts.config.features.bins;
  for (std::size_t i = 0; i < parts.stem.size(); ++i) {
    const StemLayer& config = parts.config.stem[i];
    const bool two = config.kind == LayerKind::conv2d;
    const int out_bins = two ? (bins - config.kernel) / config.stride + 1 : 1;
    const std::int64_t out_width = std::int64_t{config.out} * out_bins;
    layers_.push_back({&config, &parts.stem[i], width, out_width, bins, out_bins, RowBuffer(width)});
    width = out_width;
    bins = out_bins;
  }
  begin_layers();
}

void Stem::begin_layers() {
  for (Layer& layer : layers_) {
    layer.input.clear();
    layer.input.append_zeros(layer.config->left);
    layer.skip = layer.done = layer.until = 0;
  }
}

void Stem::reset() {
  begin_layers();
  ready_.clear();
  features_ = allowed_ = dropped_ = 0;
}

std::int64_t Stem::rows_allowed(std::int64_t features) const {
  for (const Layer& layer : layers_) features = outputs_of(*layer.config, features);
  return features;
}

void Stem::push(std::span<const float> features) {
  const std::int64_t bins = parts_.config.features.bins;
  const std::int64_t count = static_cast<std::int64_t>(features.size()) / bins;
  float* const rows = layers_.front().input.append(count);
  parts_.loops->normalise(features.data(), count, bins, parts_.feature_mean.data(), parts_.feature_scale.data(), rows);
  // What is not a number would stay in the caches: an unseen slot weighs nothing, but zero times infinity is not zero.
  std::replace_if(
      rows, rows + count * bins, [](float value) { return !(std::abs(value) < 1e6F); }, 0.0F);
  features_ += count;
  allowed_ = rows_allowed(features_);
}

const float* Stem::rows(std::int64_t count, MatmulScratch& scratch) {
  // What each layer must have put out for `count` rows to be there, from the last layer back.
  std::int64_t wanted = dropped_ + count;
  for (std::size_t i = layers_.size(); i-- > 0;) {
    layers_[i].until = wanted;
    wanted = inputs_for(*layers_[i].config, wanted);
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    advance(layers_[i], i + 1 < layers_.size() ? layers_[i + 1].input : ready_, scratch);
  }
  return ready_.row(0);
}

void Stem::drop(std::int64_t count) {
  ready_.drop_front(count);
  dropped_ += count;
}

void Stem::advance(Layer& layer, RowBuffer& output, MatmulScratch& scratch) {
  while (layer.done < layer.until) {
    const std::int64_t late = std::min(layer.skip, layer.input.rows());
    layer.input.drop_front(late);
    layer.skip -= late;
    const std::int64_t count = std::min(layer.until - layer.done, most_rows_together);
    compute(layer, count, output.append(count), scratch);
    layer.done += count;
    const std::int64_t past = count * layer.config->stride;
    const std::int64_t now = std::min(past, layer.input.rows());
    layer.input.drop_front(now);
    layer.skip += past - now;
  }
}

void Stem::compute(Layer& layer, std::int64_t count, float* target, MatmulScratch& scratch) {
  const StemLayer& config = *layer.config;
  const bool two = config.kind == LayerKind::conv2d;
  const std::int64_t products = count * layer.out_bins;
  float* const gathered = at_least(gathered_, static_cast<std::size_t>(products * layer.matrix->inputs()));
  two ? gather_2d(layer, count, gathered) : gather_1d(layer, count, gathered);
  float* const product = two ? at_least(product_, static_cast<std::size_t>(products * config.out)) : target;
  layer.matrix->multiply(gathered, products, product, scratch);
  if (two) {  // [row, bin, channel] to [row, channel, bin]
    for (std::int64_t row = 0; row < count; ++row) {
      for (int bin = 0; bin < layer.out_bins; ++bin) {
        const float* const from = product + (row * layer.out_bins + bin) * config.out;
        for (int channel = 0; channel < config.out; ++channel) {
          target[row * layer.out_width + std::int64_t{channel} * layer.out_bins + bin] = from[channel];
        }
      }
    }
  }
  activate(*parts_.loops, config.activation, target, count * layer.out_width);
  if (&layer == &layers_.back() && parts_.config.stem_scale != 1.0F) {
    parts_.loops->scale(target, parts_.config.stem_scale, count * layer.out_width);
  }
}

void Stem::gather_1d(const Layer& layer, std::int64_t count, float* target) const {
  const std::int64_t wide = layer.config->kernel * layer.in_width;
  for (std::int64_t row = 0; row < count; ++row) {
    std::copy_n(layer.input.row(row * layer.config->stride), wide, target + row * wide);
  }
}

void Stem::gather_2d(const Layer& layer, std::int64_t count, float* target) const {
  const StemLayer& config = *layer.config;
  for (std::int64_t row = 0; row < count; ++row) {
    for (int bin = 0; bin < layer.out_bins; ++bin) {
      for (int time = 0; time < config.kernel; ++time) {
        const float* const from = layer.input.row(row * config.stride + time) + std::int64_t{bin} * config.stride;
        for (int channel = 0; channel < config.in; ++channel, target += config.kernel) {
          std::copy_n(from + std::int64_t{channel} * layer.in_bins, config.kernel, target);
        }
      }
    }
  }
}

}  // namespace attend::engine
