// Model files made in memory, right or wrong in one place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "engine/tensor_plan.hpp"

namespace attend::engine::testing {

/// The header as JSON, to be spoiled at will, and the data behind it.
struct FileBuilder {
  nlohmann::json header = nlohmann::json::object();
  std::vector<std::byte> data;

  void add(const std::string& name, const std::string& type, const std::vector<std::int64_t>& shape,
           std::span<const std::byte> bytes) {
    header[name] = {{"dtype", type}, {"shape", shape}, {"data_offsets", {data.size(), data.size() + bytes.size()}}};
    data.insert(data.end(), bytes.begin(), bytes.end());
  }

  /// `fill` repeats in every byte: 0x3c gives small positive numbers as F32 and as BF16.
  void add_filled(const std::string& name, const std::string& type, const std::vector<std::int64_t>& shape,
                  std::byte fill = std::byte{0x3c}) {
    std::size_t size = type == "F32" ? 4 : type == "BF16" ? 2 : 1;
    for (const std::int64_t dimension : shape) size *= static_cast<std::size_t>(dimension);
    add(name, type, shape, std::vector<std::byte>(size, fill));
  }

  std::vector<std::byte> bytes() const { return join(header.dump(), data); }

  static std::vector<std::byte> join(const std::string& header_text, std::span<const std::byte> data) {
    std::vector<std::byte> file;
    for (unsigned i = 0; i < 8; ++i) file.push_back(std::byte(header_text.size() >> 8U * i & 0xFFU));
    for (const char c : header_text) file.push_back(static_cast<std::byte>(c));
    file.insert(file.end(), data.begin(), data.end());
    return file;
  }
};

/// A rotary Transformer with every size different from the others, so that a swap shows.
inline nlohmann::json tiny_config() {
  return nlohmann::json::parse(R"({
    "format": 1, "name": "tiny", "version": "1", "languages": ["en"], "licence": "MIT",
    "features": {"sample_rate": 16000, "window_ms": 25, "hop_ms": 8, "fft": 512, "bins": 10, "low_hz": 20, "high_hz": 7600,
                 "window": "povey", "preemphasis": 0.97, "remove_dc": true, "floor": 1000.0},
    "stem": [{"kind": "conv1d", "in": 10, "out": 6, "kernel": 5, "stride": 1, "left": 4, "activation": "gelu"},
             {"kind": "conv1d", "in": 6, "out": 14, "kernel": 7, "stride": 3, "left": 2, "activation": "gelu"},
             {"kind": "linear", "in": 14, "out": 8, "activation": "none"}],
    "stem_scale": 1.0,
    "encoder": {"width": 8, "heads": 2, "blocks": 2, "norm_eps": 1e-5, "final_norm": true,
                "block": {"feed_forward_1": null, "attention": {"positions": "rotary", "rotary_dims": 4, "bias": false},
                          "convolution": null, "feed_forward": {"size": 18, "activation": "gelu", "scale": 1.0}, "norm": false}},
    "decoder": {"width": 12, "heads": 3, "blocks": 2, "norm_eps": 1e-5, "rotary_dims": 4,
                "feed_forward": {"size": 20, "kind": "swiglu"}, "labels": 30, "begin": 1, "end": 2, "clock_heads": [[0, 1], [1, 2]]},
    "defaults": {"chunk_ms": 320, "lookahead_ms": 640, "left_ms": 30000},
    "origin": [{"what": "weights", "name": "made by a test", "licence": "MIT"}]
  })");
}

/// A U2++ Conformer: two-dimensional stem, relative positions, every optional part of a block.
inline nlohmann::json conformer_config() {
  nlohmann::json config = tiny_config();
  config["stem"] = nlohmann::json::parse(R"([
    {"kind": "conv2d", "in": 1, "out": 3, "kernel": 3, "stride": 2, "left": 0, "activation": "relu"},
    {"kind": "conv2d", "in": 3, "out": 5, "kernel": 3, "stride": 2, "left": 0, "activation": "relu"},
    {"kind": "linear", "in": 5, "out": 8, "activation": "none"}])");
  config["stem_scale"] = 2.828;
  config["encoder"]["block"] = nlohmann::json::parse(R"({
    "feed_forward_1": {"size": 18, "activation": "swish", "scale": 0.5}, "attention": {"positions": "relative", "bias": true},
    "convolution": {"kernel": 7, "norm": "layer", "activation": "swish", "gate": true},
    "feed_forward": {"size": 18, "activation": "swish", "scale": 0.5}, "norm": true})");
  return config;
}

/// The first, with both heads.
inline nlohmann::json config_with_heads() {
  nlohmann::json config = tiny_config();
  config["heads"] = nlohmann::json::parse(R"({"counter": {"blocks": 0, "weight": 0.5},
                                              "ctc": {"blocks": 1, "weight": 0, "symbols": " 'ab"}})");
  return config;
}

/// All tensors that the configuration calls for; weights of one value, a label set of eight bytes.
inline FileBuilder tiny_file(const nlohmann::json& config = tiny_config()) {
  FileBuilder file;
  file.header["__metadata__"] = {{"attend", config.dump()}};
  for (const PlannedTensor& tensor : plan_tensors(parse_model_config(config.dump()).value())) {
    if (tensor.optional) continue;
    const bool bytes = tensor.storage == Storage::bytes;
    file.add_filled(tensor.name, bytes ? "U8" : "F32", bytes ? std::vector<std::int64_t>{8} : tensor.shape);
  }
  return file;
}

}  // namespace attend::engine::testing
