// The whole way of a host's blocks: mixing, resampling, features.
#include "frontend/feature_pipeline.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "support.hpp"

namespace attend::frontend {
namespace {

using testing::cut;
using testing::noise;
using testing::same_bits;

struct Output {
  std::vector<float> rows;
  std::int64_t samples = 0;
};

Output run(const AudioFormat& format, std::span<const float> interleaved) {
  auto pipeline = FeaturePipeline::create(format, {}).value();
  Output output;
  output.samples = pipeline.push(interleaved, output.rows);
  output.samples += pipeline.finish(output.rows);
  EXPECT_EQ(output.samples, pipeline.samples());
  return output;
}

TEST(FeaturePipeline, RowsDoNotDependOnCutsEvenWithinFrames) {
  for (const AudioFormat format : {AudioFormat{16000, 1}, AudioFormat{44100, 2}, AudioFormat{48000, 3}, AudioFormat{8000, 1}}) {
    const auto samples =
        noise(static_cast<std::size_t>(format.sample_rate) * 6 / 10 * static_cast<std::size_t>(format.channels), 1);
    const auto expected = run(format, samples);
    ASSERT_FALSE(expected.rows.empty());
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
      std::mt19937 random(seed);
      auto pipeline = FeaturePipeline::create(format, {}).value();
      Output output;
      cut(samples, random, seed % 4 == 0 ? 5 : 9000,
          [&](std::span<const float> block) { output.samples += pipeline.push(block, output.rows); });
      output.samples += pipeline.finish(output.rows);
      ASSERT_TRUE(same_bits(output.rows, expected.rows)) << format.sample_rate << " Hz, seed " << seed;
      ASSERT_EQ(output.samples, expected.samples);
    }
  }
}

TEST(FeaturePipeline, IsTheLogMelOfTheMean) {
  const auto mono = noise(8000, 2);
  std::vector<float> stereo;
  for (const float sample : mono) stereo.insert(stereo.end(), {sample * 1.5F, sample * 0.5F});
  std::vector<float> expected;
  LogMel::create({}).value().push(mono, expected);
  const auto output = run({16000, 2}, stereo);
  ASSERT_EQ(output.rows.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(output.rows[i], expected[i], 1e-3);
  EXPECT_EQ(output.samples, 8000);
}

TEST(FeaturePipeline, CountsSamplesExactly) {
  for (const int rate : {8000, 11025, 22050, 44100, 48000}) {
    const std::int64_t frames = 3 * rate / 7;
    EXPECT_EQ(run({rate, 1}, noise(static_cast<std::size_t>(frames), 3)).samples, (2 * frames * 16000 + rate) / (2 * rate)) << rate;
  }
  EXPECT_EQ(run({44100, 2}, {}).samples, 0);
}

TEST(FeaturePipeline, TakesWhatIsNoNumberAsSilence) {
  constexpr float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  auto broken = noise(6000, 4), silenced = broken;
  for (const auto& [at, value] : {std::pair{100U, nan}, std::pair{2000U, inf}, std::pair{5999U, -inf}}) {
    broken[at] = value;
    silenced[at] = 0;
  }
  EXPECT_TRUE(same_bits(run({16000, 1}, broken).rows, run({16000, 1}, silenced).rows));
  for (const float value : run({44100, 2}, std::vector<float>(9000, 3e38F)).rows) ASSERT_TRUE(std::isfinite(value));
}

TEST(FeaturePipeline, CompletesALastFrameThatIsCut) {
  auto samples = noise(2001, 5);
  auto completed = samples;
  completed.push_back(0);
  EXPECT_TRUE(same_bits(run({16000, 2}, samples).rows, run({16000, 2}, completed).rows));
  EXPECT_EQ(run({16000, 2}, samples).samples, 1001);
}

TEST(FeaturePipeline, TakesNothingAfterTheEnd) {
  auto pipeline = FeaturePipeline::create({16000, 1}, {}).value();
  std::vector<float> rows;
  pipeline.push(noise(1000, 6), rows);
  pipeline.finish(rows);
  const auto before = rows;
  EXPECT_EQ(pipeline.push(noise(1000, 7), rows), 0);
  EXPECT_EQ(pipeline.finish(rows), 0);
  EXPECT_TRUE(same_bits(rows, before));
}

TEST(FeaturePipeline, RefusesFormatsThatItCannotMix) {
  EXPECT_NE(FeaturePipeline::create({16000, 0}, {}).error().message.find("0 channels"), std::string::npos);
  EXPECT_NE(FeaturePipeline::create({16000, 1025}, {}).error().message.find("1025 channels"), std::string::npos);
  EXPECT_NE(FeaturePipeline::create({0, 1}, {}).error().message.find("0 Hz"), std::string::npos);
}

}  // namespace
}  // namespace attend::frontend
