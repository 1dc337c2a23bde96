// Properties of the encoder that need no reference values.
#include "engine/encoder.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <thread>

#include "reference_case.hpp"

namespace attend::engine {
namespace {

bool equal(const std::vector<EncodedStep>& a, const std::vector<EncodedStep>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const EncodedStep& x, const EncodedStep& y) {
           return x.settled == y.settled && x.preview == y.preview;
         });
}

std::vector<float> random_features(const ModelConfig& config, std::size_t frames, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(10, 3);
  std::vector<float> features(frames * static_cast<std::size_t>(config.features.bins));
  for (float& value : features) value = normal(random);
  return features;
}

/// Pushes pieces of random size, stepping as soon or as late as chance has it.
std::vector<EncodedStep> encode_in_pieces(Encoder& encoder, std::span<const float> features, std::size_t bins, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<EncodedStep> steps;
  while (!features.empty()) {
    const std::size_t frames = std::min<std::size_t>(random() % 12, features.size() / bins);
    encoder.push(features.first(frames * bins));
    features = features.subspan(frames * bins);
    while (encoder.ready() && random() % 3 != 0) steps.push_back(copied(encoder.step()));
  }
  while (encoder.ready()) steps.push_back(copied(encoder.step()));
  steps.push_back(copied(encoder.finish()));
  return steps;
}

class EncoderTest : public testing::TestWithParam<std::string> {
 protected:
  ReferenceCase reference{GetParam()};
  std::shared_ptr<const Network> network = reference.network();
  std::size_t bins = static_cast<std::size_t>(network->config().features.bins);
  std::size_t width = static_cast<std::size_t>(network->config().encoder.width);
};

TEST_P(EncoderTest, PiecesOfTheInputDontMatter) {
  const std::vector<float> features = random_features(network->config(), 300, 1);
  for (const EncoderSpan span : {EncoderSpan{3, 5, 9}, EncoderSpan{1, 0, 4}, EncoderSpan{7, 2, 1000},
                                 EncoderSpan{.chunk = 3, .lookahead = 2, .left = 9, .hindsight = 7}}) {
    Encoder whole(network, span);
    const auto expected = encode(whole, features);
    for (unsigned seed = 0; seed < 5; ++seed) {
      Encoder pieces(network, span);
      EXPECT_TRUE(equal(encode_in_pieces(pieces, features, bins, seed), expected)) << "seed " << seed;
    }
  }
}

TEST_P(EncoderTest, BitEqualInHalfPrecisionToo) {
  const auto narrow = reference.network(Precision::bf16);
  const std::vector<float> features = random_features(network->config(), 200, 2);
  Encoder whole(narrow, {3, 5, 9});
  Encoder pieces(narrow, {3, 5, 9});
  EXPECT_TRUE(equal(encode_in_pieces(pieces, features, bins, 3), encode(whole, features)));
}

TEST_P(EncoderTest, StepsAreTakenWhenChunkAndLookaheadAreReady) {
  const std::vector<float> features = random_features(network->config(), 260, 3);
  Encoder full(network, everything);
  const std::size_t rows = settled_rows(encode(full, features)).size() / width;
  const std::size_t chunk = 4;
  const std::size_t lookahead = 6;
  Encoder encoder(network, {static_cast<int>(chunk), static_cast<int>(lookahead), 20});
  const auto steps = encode(encoder, features);
  ASSERT_GT(rows, chunk + lookahead);
  ASSERT_EQ(steps.size(), (rows - chunk - lookahead) / chunk + 2);
  for (std::size_t s = 0; s + 1 < steps.size(); ++s) {
    EXPECT_EQ(steps[s].settled.size(), chunk * width);
    EXPECT_EQ(steps[s].preview.size(), lookahead * width);
  }
  EXPECT_EQ(steps.back().settled.size() / width, rows - (steps.size() - 1) * chunk);
  EXPECT_TRUE(steps.back().preview.empty());
  EXPECT_EQ(encoder.settled_rows(), static_cast<std::int64_t>(rows));
}

// With hindsight of whole chunks the same blocks are computed, to the last bit, as with so much more look-ahead; only the first
// steps come earlier.
TEST_P(EncoderTest, HindsightSettlesWhatSoMuchMoreLookaheadDoes) {
  const std::vector<float> features = random_features(network->config(), 260, 7);
  Encoder late(network, {.chunk = 3, .lookahead = 11, .left = 9});
  Encoder early(network, {.chunk = 3, .lookahead = 5, .left = 9, .hindsight = 6});
  const auto expected = encode(late, features);
  auto steps = encode(early, features);
  ASSERT_EQ(steps.size(), expected.size() + 2);
  for (std::size_t s = 0; s < 2; ++s) {
    EXPECT_TRUE(steps[s].settled.empty());
    EXPECT_EQ(steps[s].preview.size(), ((s + 1) * 3 + 5) * width);
  }
  steps.erase(steps.begin(), steps.begin() + 2);
  EXPECT_TRUE(equal(steps, expected));
}

TEST_P(EncoderTest, RowsBeforeTheHorizonSettleWhenHindsightEnds) {
  Encoder encoder(network, {.chunk = 3, .lookahead = 2, .left = 9, .widest = 8, .hindsight = 4});
  EXPECT_EQ(encoder.horizon(), 0);
  encoder.push(random_features(network->config(), 200, 8));
  std::int64_t horizon = 0;
  for (const std::int32_t chunk : {3, 3, 1, 8, 2, 1, 1, 5}) {
    encoder.set_chunk(chunk);
    ASSERT_TRUE(encoder.ready());
    const EncodedStep step = copied(encoder.step());
    horizon += chunk;
    EXPECT_EQ(encoder.horizon(), horizon);
    EXPECT_EQ(encoder.settled_rows(), std::max<std::int64_t>(horizon - 4, 0));
    EXPECT_EQ(step.preview.size() / width, static_cast<std::size_t>(horizon + 2 - encoder.settled_rows()));
  }
  encoder.finish();
  EXPECT_EQ(encoder.horizon(), encoder.settled_rows());
  encoder.reset();
  EXPECT_EQ(encoder.horizon(), 0);
}

TEST_P(EncoderTest, ResetForgetsEverything) {
  const EncoderSpan span{.chunk = 3, .lookahead = 5, .left = 9, .hindsight = 4};
  Encoder fresh(network, span);
  Encoder used(network, span);
  const auto expected = encode(fresh, reference.get("features"));
  encode(used, random_features(network->config(), 333, 4));
  used.reset();
  EXPECT_EQ(used.settled_rows(), 0);
  EXPECT_TRUE(equal(encode(used, reference.get("features")), expected));
}

TEST_P(EncoderTest, WhatIsNotANumberDoesNotOutliveItsSegment) {
  const EncoderSpan span{3, 5, 9};
  Encoder fresh(network, span);
  Encoder used(network, span);
  const auto expected = encode(fresh, reference.get("features"));
  std::vector<float> bad = random_features(network->config(), 100, 5);
  for (std::size_t i = 0; i < bad.size(); i += 7) bad[i] = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t i = 0; i < bad.size(); i += 11) bad[i] = std::numeric_limits<float>::infinity();
  for (const EncodedStep& step : encode(used, bad)) {
    for (const float value : step.settled) ASSERT_TRUE(std::isfinite(value));
  }
  used.reset();
  EXPECT_TRUE(equal(encode(used, reference.get("features")), expected));
}

TEST_P(EncoderTest, CallsOutOfTurnAreHarmless) {
  Encoder encoder(network, {0, -3, -7});  // counts as a chunk of one row and nothing else
  EXPECT_FALSE(encoder.ready());
  EXPECT_TRUE(encoder.step().settled.empty());
  EXPECT_TRUE(encoder.finish().settled.empty());
  encoder.push({});
  encoder.push(random_features(network->config(), 60, 6));
  EXPECT_EQ(encoder.finish().settled.size(), width);  // though ready()
  EXPECT_EQ(encoder.step().settled.size(), width);
}

TEST_P(EncoderTest, ThreadsSharingANetworkDontMatter) {
  const EncoderSpan span{3, 5, 9};
  std::vector<std::vector<EncodedStep>> alone;
  std::vector<std::vector<EncodedStep>> together(3);
  std::vector<std::vector<float>> features;
  for (unsigned t = 0; t < 3; ++t) {
    features.push_back(random_features(network->config(), 150 + 31 * t, t));
    Encoder encoder(network, span);
    alone.push_back(encode(encoder, features.back()));
  }
  const auto shared = reference.network();  // one whose products have not run yet
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      Encoder encoder(shared, span);
      together[t] = encode_in_pieces(encoder, features[t], bins, t);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (unsigned t = 0; t < 3; ++t) EXPECT_TRUE(equal(alone[t], together[t])) << t;
}

INSTANTIATE_TEST_SUITE_P(Cases, EncoderTest, testing::ValuesIn(case_names()), [](const auto& of) {
  std::string name = of.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace attend::engine
