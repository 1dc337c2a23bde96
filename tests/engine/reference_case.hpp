// Reference values that PyTorch computed (tests/data/engine/README.md), and comparisons with them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/encoder.hpp"
#include "engine/label_decoder.hpp"
#include "engine/model_file.hpp"
#include "engine/network.hpp"
#include "engine/safetensors.hpp"

namespace attend::engine {

inline const std::vector<std::string>& case_names() {
  static const std::vector<std::string> names = {"rotary",          "rotary-i8", "conformer-relative",
                                                 "conformer-plain", "heads",     "heads-conformer"};
  return names;
}

class ReferenceCase {
 public:
  /// CASE.safetensors and CASE.reference.safetensors in `folder`.
  explicit ReferenceCase(const std::string& name, const std::filesystem::path& folder = ATTEND_SOURCE_DIR "/tests/data/engine") {
    auto opened = ModelFile::open(folder / (name + ".safetensors"));
    if (!opened) throw std::runtime_error(opened.error().message);
    file = std::make_unique<ModelFile>(*opened);
    std::ifstream in(folder / (name + ".reference.safetensors"), std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(in), {});
    auto parsed = parse_safetensors(std::as_bytes(std::span(bytes_)), name);
    if (!parsed) throw std::runtime_error(parsed.error().message);
    values_ = std::move(*parsed);
  }

  bool has(const std::string& tensor) const { return values_.tensors.contains(tensor); }
  std::vector<float> get(const std::string& tensor) const {
    const TensorView& view = values_.tensors.at(tensor);
    std::vector<float> result(view.data.size() / sizeof(float));
    std::memcpy(result.data(), view.data.data(), view.data.size());
    return result;
  }
  std::vector<std::int32_t> integers(const std::string& tensor) const {
    const std::vector<float> values = get(tensor);
    return {values.begin(), values.end()};
  }

  std::shared_ptr<const Network> network(Precision precision = Precision::f32) const {
    auto loaded = Network::load(*file, precision);
    if (!loaded) throw std::runtime_error(loaded.error().message);
    return *loaded;
  }

  std::unique_ptr<ModelFile> file;

 private:
  std::vector<char> bytes_;
  Safetensors values_;
};

inline double root_mean_square(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += double{value} * value;
  return values.empty() ? 0 : std::sqrt(sum / static_cast<double>(values.size()));
}

/// The largest difference, relative to the reference's root mean square. Not a number counts as infinite.
inline double relative_error(std::span<const float> got, std::span<const float> expected) {
  if (got.size() != expected.size()) return std::numeric_limits<double>::infinity();
  double worst = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double error = std::abs(double{got[i]} - expected[i]);
    if (!(error <= std::numeric_limits<double>::max())) return std::numeric_limits<double>::infinity();
    worst = std::max(worst, error);
  }
  return expected.empty() ? 0 : worst / root_mean_square(expected);
}

inline double largest_difference(std::span<const float> got, std::span<const float> expected) {
  return relative_error(got, expected) * root_mean_square(expected);
}

/// All steps of an encoder over the features, the last one being that of finish().
struct EncodedStep {
  std::vector<float> settled, preview;
};

inline EncodedStep copied(const EncoderBlock& block) {
  return {{block.settled.begin(), block.settled.end()}, {block.preview.begin(), block.preview.end()}};
}

inline std::vector<EncodedStep> encode(Encoder& encoder, std::span<const float> features) {
  std::vector<EncodedStep> steps;
  encoder.push(features);
  while (encoder.ready()) steps.push_back(copied(encoder.step()));
  steps.push_back(copied(encoder.finish()));
  return steps;
}

inline std::vector<float> settled_rows(const std::vector<EncodedStep>& steps) {
  std::vector<float> rows;
  for (const EncodedStep& step : steps) rows.insert(rows.end(), step.settled.begin(), step.settled.end());
  return rows;
}

/// Compares every step's settled and preview rows, for every span that the reference holds; returns the number of spans.
inline int expect_streaming_like(const ReferenceCase& reference, const std::shared_ptr<const Network>& network) {
  int spans = 0;
  for (; reference.has("streaming." + std::to_string(spans) + ".settings"); ++spans) {
    const std::string name = "streaming." + std::to_string(spans);
    const auto settings = reference.integers(name + ".settings");
    SCOPED_TRACE(name + ": " + testing::PrintToString(settings));
    Encoder encoder(network, {settings[0], settings[1], settings[2]});
    const auto steps = encode(encoder, reference.get("features"));
    for (std::size_t s = 0; reference.has(name + ".step." + std::to_string(s) + ".rows"); ++s) {
      if (s >= steps.size()) {
        ADD_FAILURE() << "only " << steps.size() << " steps";
        break;
      }
      std::vector<float> rows = steps[s].settled;
      rows.insert(rows.end(), steps[s].preview.begin(), steps[s].preview.end());
      EXPECT_LT(relative_error(rows, reference.get(name + ".step." + std::to_string(s) + ".rows")), 1e-4) << "step " << s;
    }
    EXPECT_LT(relative_error(settled_rows(steps), reference.get(name + ".settled")), 1e-4);
  }
  return spans;
}

inline constexpr EncoderSpan everything{.chunk = 1'000'000, .lookahead = 0, .left = 0};

}  // namespace attend::engine
