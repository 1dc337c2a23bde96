// An encoder whose chunk changes from step to step.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "engine/encoder.hpp"
#include "reference_case.hpp"

namespace attend::engine {
namespace {

std::vector<float> noise(const ModelConfig& config, std::size_t frames, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(10, 3);
  std::vector<float> features(frames * static_cast<std::size_t>(config.features.bins));
  for (float& value : features) value = normal(random);
  return features;
}

std::vector<float> joined(const EncodedStep& step) {
  std::vector<float> rows = step.settled;
  rows.insert(rows.end(), step.preview.begin(), step.preview.end());
  return rows;
}

class ChangingChunk : public testing::TestWithParam<std::string> {
 protected:
  static constexpr int lookahead = 5;
  static constexpr int left = 9;

  /// The rows of the last block of an encoder that takes a step for each chunk and is then given `rest` rows more and finished.
  std::vector<float> last_block(const std::vector<int>& chunks, int rest) const {
    Encoder encoder(network_, {1, lookahead, left, 20});
    const std::size_t bins = static_cast<std::size_t>(network_->config().features.bins);
    std::size_t fed = 0;
    const auto feed = [&](std::size_t until) {
      encoder.push(std::span(features_).subspan(fed * bins, (until - fed) * bins));
      fed = until;
    };
    int settled = 0;
    for (const int chunk : chunks) {
      encoder.set_chunk(chunk);
      while (!encoder.ready()) feed(fed + 1);
      encoder.step();
      settled += chunk;
      EXPECT_EQ(encoder.settled_rows(), settled);
    }
    // The first frame that makes one row too many ready would make a step of `rest - lookahead + 1` rows possible.
    encoder.set_chunk(rest - lookahead + 1);
    Encoder probe(network_, {rest + settled + 1, 0, 0});
    std::size_t enough = 0;
    while (!probe.ready()) probe.push(std::span(features_).subspan(enough++ * bins, bins));
    feed(enough - 1);
    EXPECT_FALSE(encoder.ready());
    return joined(copied(encoder.finish()));
  }

  const std::shared_ptr<const Network> network_ = ReferenceCase(GetParam()).network();
  const std::vector<float> features_ = noise(network_->config(), 600, 11);
};

// A step of c rows with its preview is the same block of c + lookahead rows that an encoder computes whose features end there; the
// last block is held against the trainer's values in encoder_reference_test.cpp.
TEST_P(ChangingChunk, EachStepIsTheBlockThatAnEndWouldMakeOfIt) {
  std::mt19937 random(3);
  std::vector<int> chunks;
  Encoder encoder(network_, {1, lookahead, left, 20});
  encoder.push(features_);
  for (int step = 0; step < 8; ++step) {
    const int chunk = 1 + static_cast<int>(random() % 9);
    encoder.set_chunk(chunk);
    ASSERT_TRUE(encoder.ready());
    EXPECT_EQ(joined(copied(encoder.step())), last_block(chunks, chunk + lookahead)) << "step " << step;
    chunks.push_back(chunk);
  }
}

TEST_P(ChangingChunk, TheSameChunkAgainIsNoChange) {
  Encoder fixed(network_, {4, lookahead, left});
  Encoder told(network_, {9, lookahead, left, 9});
  fixed.push(features_);
  told.push(features_);
  while (fixed.ready()) {
    told.set_chunk(4);
    EXPECT_LT(relative_error(joined(copied(told.step())), joined(copied(fixed.step()))), 1e-5);  // other slots, other sums
  }
}

TEST_P(ChangingChunk, SizesBeyondTheBoundsCountAsTheBounds) {
  Encoder encoder(network_, {4, lookahead, left, 7});
  encoder.push(features_);
  encoder.set_chunk(1000);
  encoder.step();
  EXPECT_EQ(encoder.settled_rows(), 7);
  encoder.set_chunk(-3);
  encoder.step();
  EXPECT_EQ(encoder.settled_rows(), 8);
}

INSTANTIATE_TEST_SUITE_P(Cases, ChangingChunk, testing::ValuesIn(case_names()), [](const auto& of) {
  std::string name = of.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace attend::engine
