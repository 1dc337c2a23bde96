// What a network consists of once loaded: for the engine's own sources, not for its users.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/aligned.hpp"
#include "engine/kernels.hpp"
#include "engine/matmul.hpp"
#include "engine/model_config.hpp"
#include "engine/safetensors.hpp"

namespace attend::engine {

struct NormWeights {
  Aligned<float> weight, bias;  ///< bias may be empty
  float eps = 1e-5F;

  /// y = norm(x), row by row; y may be x.
  void apply(const Kernels& loops, const float* x, std::int64_t rows, float* y) const {
    loops.layer_norm(x, rows, static_cast<std::int64_t>(weight.size()), weight.data(), bias.empty() ? nullptr : bias.data(), eps,
                     y);
  }
};

/// x + down(activation(up(norm(x)))); the configuration's scale is folded into `down`.
struct FeedForwardWeights {
  NormWeights norm;
  Matrix up, down;
  Activation activation = Activation::gelu;
  bool gated = false;  ///< swiglu: `up` gives value and gate, and `activation` is not used
};

struct RelativeWeights {
  Matrix position;
  Aligned<float> content_bias, position_bias;  ///< [width] each
};

struct SelfAttentionWeights {
  NormWeights norm;
  Matrix query_key_value;  ///< one product instead of three: [3 · width, width]
  Matrix output;
  std::optional<RelativeWeights> relative;
};

struct CrossAttentionWeights {
  NormWeights norm;
  Matrix query;
  Matrix key_value;  ///< [2 · width, encoder width]
  Matrix output;
  Aligned<float> clock_share;  ///< [heads]: 1 / number of clock heads for those that are; empty if this block has none
};

struct ConvolutionWeights {
  NormWeights norm;
  Matrix in;
  Aligned<float> depthwise;  ///< [kernel, width]
  Aligned<float> depthwise_bias;
  std::optional<NormWeights> middle_norm;
  Matrix out;
};

struct EncoderBlockWeights {
  std::optional<FeedForwardWeights> feed_forward_1;
  SelfAttentionWeights attention;
  std::optional<ConvolutionWeights> convolution;
  FeedForwardWeights feed_forward;
  std::optional<NormWeights> norm;
};

struct HeadWeights {
  std::vector<EncoderBlockWeights> blocks;
  NormWeights norm;
  Matrix output;
};

struct DecoderBlockWeights {
  SelfAttentionWeights self;
  CrossAttentionWeights cross;
  FeedForwardWeights feed_forward;
};

/// A matrix of which single rows are read, kept as it was stored. A copy: the model file is not touched after loading.
class RowTable {
 public:
  RowTable() = default;
  RowTable(const TensorView& tensor, std::vector<float> row_scale);
  std::int64_t rows() const { return rows_; }
  void read(std::int64_t row, float* target) const;

 private:
  ElementType type_ = ElementType::f32;
  std::int64_t rows_ = 0, width_ = 0;
  std::vector<std::byte> bytes_;
  std::vector<float> row_scale_;
};

struct NetworkParts {
  ModelConfig config;
  Precision precision = Precision::f32;
  const Kernels* loops = nullptr;
  Aligned<float> feature_mean, feature_scale;
  /// One per stem layer, inputs in the order in which stem.cpp gathers them.
  std::vector<Matrix> stem;
  std::vector<EncoderBlockWeights> encoder;
  std::optional<NormWeights> encoder_norm;
  RowTable embedding;
  std::vector<DecoderBlockWeights> decoder;
  NormWeights decoder_norm;
  Matrix label_matrix;
  std::optional<HeadWeights> counter, ctc;
};

}  // namespace attend::engine
