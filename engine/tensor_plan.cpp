#include "engine/tensor_plan.hpp"

#include <initializer_list>
#include <utility>

namespace attend::engine {
namespace {

enum class Bias { absent, optional, required };

/// Builds the table; methods are named after the rows of docs/model-file.md, "Tensors".
class Plan {
 public:
  void add(std::string name, std::initializer_list<std::int64_t> shape, Storage storage, bool optional = false) {
    tensors_.push_back({std::move(name), shape, storage, optional});
  }

  void linear(const std::string& name, std::int64_t out, std::int64_t in, Bias bias = Bias::optional) {
    add(name + ".weight", {out, in}, Storage::matrix);
    if (bias != Bias::absent) add(name + ".bias", {out}, Storage::vector, bias == Bias::optional);
  }

  void norm(const std::string& name, std::int64_t width) {
    add(name + ".weight", {width}, Storage::vector);
    add(name + ".bias", {width}, Storage::vector, true);
  }

  void feed_forward(const std::string& name, std::int64_t width, std::int64_t up, std::int64_t down) {
    norm(name + ".norm", width);
    linear(name + ".up", up, width);
    linear(name + ".down", width, down);
  }

  /// `source`: width of the rows that keys and values are made of.
  void attention(const std::string& name, std::int64_t width, std::int64_t source, Bias bias) {
    norm(name + ".norm", width);
    linear(name + ".query", width, width, bias);
    linear(name + ".key", width, source, bias);
    linear(name + ".value", width, source, bias);
    linear(name + ".output", width, width, bias);
  }

  void relative_positions(const std::string& name, std::int64_t width, std::int64_t heads) {
    add(name + ".position.weight", {width, width}, Storage::matrix);
    add(name + ".content_bias", {heads, width / heads}, Storage::vector);
    add(name + ".position_bias", {heads, width / heads}, Storage::vector);
  }

  void convolution(const std::string& name, std::int64_t width, const ConvolutionConfig& config) {
    norm(name + ".norm", width);
    linear(name + ".in", config.gate ? 2 * width : width, width);
    linear(name + ".depthwise", width, config.kernel);
    if (config.norm == MiddleNorm::layer) norm(name + ".middle_norm", width);
    linear(name + ".out", width, width);
  }

  void stem_layer(const std::string& name, const StemLayer& layer) {
    switch (layer.kind) {
      case LayerKind::conv1d:
        add(name + ".weight", {layer.out, layer.in, layer.kernel}, Storage::matrix);
        break;
      case LayerKind::conv2d:
        add(name + ".weight", {layer.out, layer.in, layer.kernel, layer.kernel}, Storage::matrix);
        break;
      case LayerKind::linear:
        add(name + ".weight", {layer.out, layer.in}, Storage::matrix);
        break;
    }
    add(name + ".bias", {layer.out}, Storage::vector);
  }

  void encoder_block(const std::string& name, const EncoderConfig& config) {
    const BlockConfig& block = config.block;
    if (block.feed_forward_1)
      feed_forward(name + ".feed_forward_1", config.width, block.feed_forward_1->size, block.feed_forward_1->size);
    attention(name + ".attention", config.width, config.width, block.attention.bias ? Bias::required : Bias::absent);
    if (block.attention.positions == Positions::relative) relative_positions(name + ".attention", config.width, config.heads);
    if (block.convolution) convolution(name + ".convolution", config.width, *block.convolution);
    feed_forward(name + ".feed_forward", config.width, block.feed_forward.size, block.feed_forward.size);
    if (block.norm) norm(name + ".norm", config.width);
  }

  void decoder_block(const std::string& name, const DecoderConfig& config, std::int64_t encoder_width) {
    attention(name + ".self", config.width, config.width, Bias::optional);
    attention(name + ".cross", config.width, encoder_width, Bias::optional);
    feed_forward(name + ".feed_forward", config.width, 2 * std::int64_t{config.feed_forward_size}, config.feed_forward_size);
  }

  void head(const std::string& name, const HeadConfig& config, const EncoderConfig& encoder, std::int64_t outputs) {
    for (int i = 0; i < config.blocks; ++i) encoder_block(name + ".blocks." + std::to_string(i), encoder);
    norm(name + ".norm", encoder.width);
    linear(name + ".output", outputs, encoder.width);
  }

  std::vector<PlannedTensor> take() { return std::move(tensors_); }

 private:
  std::vector<PlannedTensor> tensors_;
};

}  // namespace

std::vector<PlannedTensor> plan_tensors(const ModelConfig& config) {
  Plan plan;
  plan.add("features.mean", {config.features.bins}, Storage::exact);
  plan.add("features.scale", {config.features.bins}, Storage::exact);
  plan.add("labels.model", {}, Storage::bytes);
  for (std::size_t i = 0; i < config.stem.size(); ++i) plan.stem_layer("stem." + std::to_string(i), config.stem[i]);
  for (int i = 0; i < config.encoder.blocks; ++i) plan.encoder_block("encoder.blocks." + std::to_string(i), config.encoder);
  if (config.encoder.final_norm) plan.norm("encoder.norm", config.encoder.width);

  const DecoderConfig& decoder = config.decoder;
  plan.add("decoder.embedding.weight", {decoder.labels, decoder.width}, Storage::matrix);
  for (int i = 0; i < decoder.blocks; ++i) plan.decoder_block("decoder.blocks." + std::to_string(i), decoder, config.encoder.width);
  plan.norm("decoder.norm", decoder.width);
  plan.add("decoder.output.weight", {decoder.labels, decoder.width}, Storage::matrix, true);

  const HeadsConfig& heads = config.heads;
  if (heads.counter) plan.head("heads.counter", *heads.counter, config.encoder, 1);
  if (heads.ctc) plan.head("heads.ctc", *heads.ctc, config.encoder, 1 + static_cast<std::int64_t>(heads.ctc->symbols.size()));
  return plan.take();
}

}  // namespace attend::engine
