#include "engine/network.hpp"

#include <new>
#include <string>
#include <utility>

#include "engine/network_parts.hpp"
#include "engine/weight_reader.hpp"

namespace attend::engine {
namespace {

/// From PyTorch's [out, in, kernel…] to the order in which stem.cpp gathers inputs: time first.
Matrix stem_matrix(WeightReader& reader, const std::string& name, const StemLayer& layer) {
  if (layer.kind == LayerKind::linear) return reader.linear(name);
  const std::vector<float> from = reader.floats(name + ".weight");
  const int across = layer.kind == LayerKind::conv2d ? layer.kernel : 1;
  std::vector<float> to(from.size());
  std::size_t next = 0;
  for (int out = 0; out < layer.out; ++out) {
    for (int time = 0; time < layer.kernel; ++time) {
      for (int in = 0; in < layer.in; ++in) {
        const std::size_t at = ((static_cast<std::size_t>(out) * layer.in + in) * layer.kernel + time) * across;
        for (int bin = 0; bin < across; ++bin) to[next++] = from[at + bin];
      }
    }
  }
  return reader.pack(to, reader.floats(name + ".bias"), layer.out, std::int64_t{layer.in} * layer.kernel * across);
}

FeedForwardWeights feed_forward(WeightReader& reader, const std::string& name, float eps, const FeedForwardConfig& config) {
  FeedForwardWeights weights;
  weights.norm = reader.norm(name + ".norm", eps);
  weights.up = reader.linear(name + ".up");
  weights.down = reader.linear(name + ".down", config.scale);
  weights.activation = config.activation;
  return weights;
}

SelfAttentionWeights self_attention(WeightReader& reader, const std::string& name, float eps, Positions positions) {
  SelfAttentionWeights weights;
  weights.norm = reader.norm(name + ".norm", eps);
  weights.query_key_value = reader.stacked(name, {".query", ".key", ".value"});
  weights.output = reader.linear(name + ".output");
  if (positions == Positions::relative) {
    weights.relative = RelativeWeights{reader.linear(name + ".position"), reader.aligned(name + ".content_bias"),
                                       reader.aligned(name + ".position_bias")};
  }
  return weights;
}

CrossAttentionWeights cross_attention(WeightReader& reader, const std::string& name, int block, const DecoderConfig& config) {
  CrossAttentionWeights weights;
  weights.norm = reader.norm(name + ".norm", config.norm_eps);
  weights.query = reader.linear(name + ".query");
  weights.key_value = reader.stacked(name, {".key", ".value"});
  weights.output = reader.linear(name + ".output");
  for (const auto& [of_block, head] : config.clock_heads) {
    if (of_block != block) continue;
    weights.clock_share.resize(static_cast<std::size_t>(config.heads));
    weights.clock_share[static_cast<std::size_t>(head)] = 1.0F / static_cast<float>(config.clock_heads.size());
  }
  return weights;
}

ConvolutionWeights convolution(WeightReader& reader, const std::string& name, const EncoderConfig& encoder,
                               const ConvolutionConfig& config) {
  ConvolutionWeights weights;
  weights.norm = reader.norm(name + ".norm", encoder.norm_eps);
  weights.in = reader.linear(name + ".in");
  const std::vector<float> by_channel = reader.floats(name + ".depthwise.weight");
  weights.depthwise.resize(by_channel.size());
  for (int channel = 0; channel < encoder.width; ++channel) {
    for (int k = 0; k < config.kernel; ++k) {
      weights.depthwise[static_cast<std::size_t>(k) * encoder.width + channel] =
          by_channel[static_cast<std::size_t>(channel) * config.kernel + k];
    }
  }
  weights.depthwise_bias = reader.aligned(name + ".depthwise.bias");
  if (config.norm == MiddleNorm::layer) weights.middle_norm = reader.norm(name + ".middle_norm", encoder.norm_eps);
  weights.out = reader.linear(name + ".out");
  return weights;
}

EncoderBlockWeights encoder_block(WeightReader& reader, const std::string& name, const EncoderConfig& config) {
  const BlockConfig& block = config.block;
  EncoderBlockWeights weights;
  if (block.feed_forward_1) {
    weights.feed_forward_1 = feed_forward(reader, name + ".feed_forward_1", config.norm_eps, *block.feed_forward_1);
  }
  weights.attention = self_attention(reader, name + ".attention", config.norm_eps, block.attention.positions);
  if (block.convolution) weights.convolution = convolution(reader, name + ".convolution", config, *block.convolution);
  weights.feed_forward = feed_forward(reader, name + ".feed_forward", config.norm_eps, block.feed_forward);
  if (block.norm) weights.norm = reader.norm(name + ".norm", config.norm_eps);
  return weights;
}

DecoderBlockWeights decoder_block(WeightReader& reader, const std::string& name, int index, const DecoderConfig& config) {
  DecoderBlockWeights weights;
  weights.self = self_attention(reader, name + ".self", config.norm_eps, Positions::rotary);
  weights.cross = cross_attention(reader, name + ".cross", index, config);
  weights.feed_forward =
      feed_forward(reader, name + ".feed_forward", config.norm_eps, {config.feed_forward_size, Activation::swish, 1});
  weights.feed_forward.gated = true;
  return weights;
}

void read_encoder(WeightReader& reader, NetworkParts& parts) {
  const ModelConfig& config = parts.config;
  parts.feature_mean = reader.aligned("features.mean");
  parts.feature_scale = reader.aligned("features.scale");
  for (std::size_t i = 0; i < config.stem.size(); ++i) {
    parts.stem.push_back(stem_matrix(reader, "stem." + std::to_string(i), config.stem[i]));
  }
  for (int i = 0; i < config.encoder.blocks; ++i) {
    parts.encoder.push_back(encoder_block(reader, "encoder.blocks." + std::to_string(i), config.encoder));
  }
  if (config.encoder.final_norm) parts.encoder_norm = reader.norm("encoder.norm", config.encoder.norm_eps);
}

void read_decoder(WeightReader& reader, const ModelFile& file, NetworkParts& parts) {
  const DecoderConfig& config = parts.config.decoder;
  parts.embedding = reader.table("decoder.embedding.weight");
  for (int i = 0; i < config.blocks; ++i) {
    parts.decoder.push_back(decoder_block(reader, "decoder.blocks." + std::to_string(i), i, config));
  }
  parts.decoder_norm = reader.norm("decoder.norm", config.norm_eps);
  const bool tied = file.find("decoder.output.weight") == nullptr;
  parts.label_matrix = reader.linear(tied ? "decoder.embedding" : "decoder.output");
}

HeadWeights head(WeightReader& reader, const std::string& name, const HeadConfig& config, const EncoderConfig& encoder) {
  HeadWeights weights;
  for (int i = 0; i < config.blocks; ++i) {
    weights.blocks.push_back(encoder_block(reader, name + ".blocks." + std::to_string(i), encoder));
  }
  weights.norm = reader.norm(name + ".norm", encoder.norm_eps);
  weights.output = reader.linear(name + ".output");
  return weights;
}

void read_heads(WeightReader& reader, NetworkParts& parts) {
  const ModelConfig& config = parts.config;
  if (config.heads.counter) parts.counter = head(reader, "heads.counter", *config.heads.counter, config.encoder);
  if (config.heads.ctc) parts.ctc = head(reader, "heads.ctc", *config.heads.ctc, config.encoder);
}

}  // namespace

Network::Network(std::unique_ptr<const NetworkParts> parts) : parts_(std::move(parts)) {}
Network::~Network() = default;

Result<std::shared_ptr<const Network>> Network::load(const ModelFile& file, Precision precision) {
  try {
    auto library = MatmulLibrary::create(precision);
    if (!library) return tl::unexpected<Failure>(std::move(library.error()));
    auto parts = std::make_unique<NetworkParts>();
    parts->config = file.config();
    parts->precision = library->precision();
    parts->loops = &kernels();
    WeightReader reader(file, *library);
    read_encoder(reader, *parts);
    read_decoder(reader, file, *parts);
    read_heads(reader, *parts);
    if (!reader.status()) return tl::unexpected<Failure>(reader.status().error());
    return std::shared_ptr<const Network>(new Network(std::move(parts)));
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::out_of_memory, "the weights of " + file.config().name + " do not fit into memory; load a smaller model");
  }
}

const ModelConfig& Network::config() const {
  return parts_->config;
}
Precision Network::precision() const {
  return parts_->precision;
}

}  // namespace attend::engine
