// The configuration inside a model file, as plain values. Meaning of each: docs/model-file.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace attend::engine {

enum class Activation { none, gelu, relu, swish };
enum class WindowShape { povey, hann };
enum class LayerKind { conv1d, conv2d, linear };
enum class Positions { none, rotary, relative };
enum class MiddleNorm { none, layer };

struct FeatureConfig {
  int sample_rate = 16000;
  float window_ms = 25, hop_ms = 8;
  int fft = 512, bins = 80;
  float low_hz = 20, high_hz = 7600;
  WindowShape window = WindowShape::povey;
  float preemphasis = 0.97F;
  bool remove_dc = true;
  float floor = 1000;

  int window_samples() const;
  int hop_samples() const;
};

struct StemLayer {
  LayerKind kind = LayerKind::linear;
  int in = 0, out = 0, kernel = 1, stride = 1, left = 0;
  Activation activation = Activation::none;
};

struct FeedForwardConfig {
  int size = 0;
  Activation activation = Activation::gelu;
  float scale = 1;
};

struct AttentionConfig {
  Positions positions = Positions::rotary;
  int rotary_dims = 0;
  bool bias = false;
};

struct ConvolutionConfig {
  int kernel = 0;
  MiddleNorm norm = MiddleNorm::layer;
  Activation activation = Activation::swish;
  bool gate = true;
};

struct BlockConfig {
  std::optional<FeedForwardConfig> feed_forward_1;
  AttentionConfig attention;
  std::optional<ConvolutionConfig> convolution;
  FeedForwardConfig feed_forward;
  bool norm = false;
};

struct EncoderConfig {
  int width = 0, heads = 0, blocks = 0;
  float norm_eps = 1e-5F;
  bool final_norm = true;
  BlockConfig block;
};

struct DecoderConfig {
  int width = 0, heads = 0, blocks = 0;
  float norm_eps = 1e-5F;
  int rotary_dims = 0;
  int feed_forward_size = 0;
  int labels = 0, begin = 1, end = 2;
  std::vector<std::pair<int, int>> clock_heads;  ///< (block, head)
};

/// A second opinion from the sound: blocks like the encoder's on the encoder's rows, a norm, a projection.
struct HeadConfig {
  int blocks = 0;
  float weight = 0;     ///< what it counts in the search unless told otherwise; 0: nothing
  std::string symbols;  ///< ctc: a character each, outputs from 1 on (0: no symbol); one of them is the blank between words
};

struct HeadsConfig {
  std::optional<HeadConfig> counter, ctc;
};

struct OriginEntry {
  std::string what, name, licence;
};

struct MeasuredEntry {
  std::string set;
  double wer = 0;
  std::int64_t words = 0;
  int chunk_ms = 0, lookahead_ms = 0;
  std::string command;
};

struct ModelConfig {
  std::string name, version, licence;
  std::vector<std::string> languages;
  FeatureConfig features;
  std::vector<StemLayer> stem;
  float stem_scale = 1;
  EncoderConfig encoder;
  DecoderConfig decoder;
  HeadsConfig heads;
  int chunk_ms = 320, lookahead_ms = 640, hindsight_ms = 0, left_ms = 30000;
  std::vector<OriginEntry> origin;
  std::vector<MeasuredEntry> measured;

  int stem_stride() const;     ///< feature rows per encoder row
  double row_seconds() const;  ///< one encoder row
};

/// Reads and checks the JSON text. Every number has bounds (model_config.cpp), so that no product of sizes overflows 64 bits. A
/// field that is not in docs/model-file.md is refused, since it would mean something that this build does not do; `training` and
/// further fields of `origin` and `measured` are for people and not looked at. `name` stands in sentences.
Result<ModelConfig> parse_model_config(std::string_view json, const std::string& name = "the model");

}  // namespace attend::engine
