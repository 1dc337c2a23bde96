// The streaming stem against its definition, written out naively over the whole input.
#include "engine/stem.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "engine/one_thread.hpp"

namespace attend::engine {
namespace {

using Rows = std::vector<std::vector<double>>;

std::vector<float> random_values(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

/// One conv1d layer with weights [out, kernel, in] and without activation.
Rows convolve(const Rows& input, const StemLayer& layer, const std::vector<float>& weights, const std::vector<float>& bias) {
  Rows padded(static_cast<std::size_t>(layer.left), std::vector<double>(static_cast<std::size_t>(layer.in)));
  padded.insert(padded.end(), input.begin(), input.end());
  Rows output;
  for (std::size_t at = 0; at + static_cast<std::size_t>(layer.kernel) <= padded.size();
       at += static_cast<std::size_t>(layer.stride)) {
    std::vector<double> row(bias.begin(), bias.end());
    std::size_t w = 0;
    for (double& value : row) {
      for (std::size_t k = 0; k < static_cast<std::size_t>(layer.kernel); ++k) {
        for (const double x : padded[at + k]) value += weights[w++] * x;
      }
    }
    output.push_back(row);
  }
  return output;
}

class StemTest : public testing::TestWithParam<std::vector<StemLayer>> {};

TEST_P(StemTest, StreamsWhatTheDefinitionSays) {
  NetworkParts parts;
  parts.loops = &kernels();
  parts.config.features.bins = 3;
  parts.config.stem = GetParam();
  parts.config.stem_scale = 0.5F;
  parts.config.encoder.width = GetParam().back().out;
  parts.feature_mean.assign(3, 0.25F);
  parts.feature_scale.assign(3, 2.0F);
  auto library = MatmulLibrary::create(Precision::f32);
  ASSERT_TRUE(library);

  const std::vector<float> features = random_values(3 * 50, 1);
  Rows expected;
  for (std::size_t frame = 0; frame < 50; ++frame) {
    expected.emplace_back();
    for (std::size_t bin = 0; bin < 3; ++bin) expected.back().push_back((features[3 * frame + bin] - 0.25) * 2);
  }
  for (const StemLayer& layer : GetParam()) {
    const auto weights = random_values(static_cast<std::size_t>(layer.out * layer.kernel * layer.in), 2);
    const auto bias = random_values(static_cast<std::size_t>(layer.out), 3);
    auto matrix = library->pack(weights, bias, layer.out, static_cast<std::int64_t>(layer.kernel) * layer.in);
    ASSERT_TRUE(matrix);
    parts.stem.push_back(*matrix);
    expected = convolve(expected, layer, weights, bias);
  }

  const OneThread one_thread;
  MatmulScratch scratch;
  Stem stem(parts);
  std::mt19937 random(4);
  std::size_t next = 0;  // the first expected row not yet dropped
  for (std::span<const float> rest(features); !rest.empty();) {
    const std::size_t frames = std::min<std::size_t>(1 + random() % 9, rest.size() / 3);
    stem.push(rest.first(3 * frames));
    rest = rest.subspan(3 * frames);
    const std::int64_t ready = stem.rows_ready();
    const float* const rows = stem.rows(ready, scratch);
    const auto width = static_cast<std::size_t>(GetParam().back().out);
    for (std::size_t row = 0; row < static_cast<std::size_t>(ready); ++row) {
      ASSERT_LT(next + row, expected.size());
      for (std::size_t i = 0; i < width; ++i) ASSERT_NEAR(rows[row * width + i], 0.5 * expected[next + row][i], 1e-3);
    }
    const std::int64_t dropped = ready - static_cast<std::int64_t>(random() % 2) * (ready > 0);
    stem.drop(dropped);
    next += static_cast<std::size_t>(dropped);
  }
  EXPECT_EQ(static_cast<std::size_t>(stem.rows_ready()) + next, expected.size());
}

StemLayer conv(int in, int out, int kernel, int stride, int left) {
  return {LayerKind::conv1d, in, out, kernel, stride, left, Activation::none};
}

INSTANTIATE_TEST_SUITE_P(Layers, StemTest,
                         testing::Values(std::vector{conv(3, 4, 5, 1, 4), conv(4, 5, 7, 3, 2)},
                                         std::vector{conv(3, 4, 2, 5, 0), conv(4, 2, 1, 3, 0)},  // strides that leave rows out
                                         std::vector{conv(3, 4, 3, 2, 9)},  // more zero rows than the kernel has
                                         std::vector{conv(3, 2, 40, 1, 0)}));

}  // namespace
}  // namespace attend::engine
