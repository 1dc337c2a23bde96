// Resampling: blocks, level, aliasing, length, delay.
#include "frontend/resampler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>

#include "support.hpp"

namespace attend::frontend {
namespace {

using testing::cut;
using testing::noise;
using testing::same_bits;
using testing::sine;

constexpr int output_rate = 16000;

std::vector<float> resampled(int rate, std::span<const float> samples) {
  auto resampler = Resampler::create(rate, output_rate).value();
  std::vector<float> output;
  resampler.push(samples, output);
  resampler.finish(output);
  return output;
}

/// Amplitude of one frequency in the middle half, by correlation under a Hann window.
double level_of(std::span<const float> samples, double hz, double rate) {
  const std::size_t begin = samples.size() / 4, count = samples.size() / 2;
  std::complex<double> sum = 0;
  double weights = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double weight = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(count));
    sum += weight * samples[begin + i] * std::polar(1.0, -2 * std::numbers::pi * hz * static_cast<double>(begin + i) / rate);
    weights += weight;
  }
  return 2 * std::abs(sum) / weights;
}

class ResamplerAtRate : public ::testing::TestWithParam<int> {};

TEST_P(ResamplerAtRate, OutputDoesNotDependOnCuts) {
  const int rate = GetParam();
  const auto samples = noise(static_cast<std::size_t>(rate / 2 + 77), 1);
  const auto expected = resampled(rate, samples);
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    std::mt19937 random(seed);
    auto resampler = Resampler::create(rate, output_rate).value();
    std::vector<float> output;
    cut(samples, random, seed % 4 == 0 ? 7 : 5000, [&](std::span<const float> block) { resampler.push(block, output); });
    resampler.finish(output);
    ASSERT_TRUE(same_bits(output, expected)) << "seed " << seed;
  }
}

TEST_P(ResamplerAtRate, KeepsTonesBelowTheEdge) {
  const int rate = GetParam();
  for (const double hz : {50.0, 1000.0, 0.44 * std::min(rate, output_rate)}) {
    const auto output = resampled(rate, sine(static_cast<std::size_t>(rate), hz, rate));
    EXPECT_NEAR(level_of(output, hz, output_rate), 0.5, 0.0015) << hz << " Hz";  // 0.03 dB
    double residue = 0;
    const auto ideal = sine(output.size(), hz, output_rate);
    for (std::size_t i = output.size() / 4; i < output.size() * 3 / 4; ++i)
      residue = std::max(residue, std::abs(double{output[i]} - ideal[i]));
    EXPECT_LT(residue, 0.002) << hz << " Hz: neither distorted nor moved in time";
  }
}

TEST_P(ResamplerAtRate, RemovesWhatWouldAlias) {
  const int rate = GetParam();
  for (const double hz : {8600.0, 11000.0, 15000.0, 23000.0}) {
    if (rate <= output_rate || hz >= rate / 2.0) continue;
    const auto output = resampled(rate, sine(static_cast<std::size_t>(rate), hz, rate));
    const auto middle = std::span(output).subspan(output.size() / 4, output.size() / 2);
    EXPECT_LT(std::abs(*std::max_element(middle.begin(), middle.end())), 5e-5) << hz << " Hz";  // -80 dB
  }
}

TEST_P(ResamplerAtRate, KeepsTheLengthExactly) {
  const std::int64_t rate = GetParam();
  for (const std::int64_t frames : {0L, 1L, 2L, 3L, 10L, 79L, 80L, 81L, 1000L, 4410L, 44099L, 100003L}) {
    const auto output = resampled(GetParam(), noise(static_cast<std::size_t>(frames), 2));
    EXPECT_EQ(static_cast<std::int64_t>(output.size()), (2 * frames * output_rate + rate) / (2 * rate)) << frames << " frames";
  }
}

TEST_P(ResamplerAtRate, LeavesAnImpulseWhereItWas) {
  const int rate = GetParam();
  std::vector<float> samples(static_cast<std::size_t>(rate));
  samples[samples.size() / 2] = 1;
  const auto output = resampled(rate, samples);
  const auto peak = std::max_element(output.begin(), output.end()) - output.begin();
  const double expected = static_cast<double>(samples.size() / 2) * output_rate / rate;
  EXPECT_NEAR(static_cast<double>(peak), expected, 0.51);
}

TEST_P(ResamplerAtRate, HoldsBackLittle) {
  const int rate = GetParam();
  auto resampler = Resampler::create(rate, output_rate).value();
  const auto block = noise(static_cast<std::size_t>(rate / 100), 3);
  std::vector<float> output;
  for (int i = 1; i <= 100; ++i) {
    resampler.push(block, output);
    const double held_ms =
        1000.0 * (i * static_cast<double>(block.size()) / rate - static_cast<double>(output.size()) / output_rate);
    ASSERT_LE(held_ms, 60) << "after block " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Rates, ResamplerAtRate, ::testing::Values(8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192000),
                         [](const auto& rate) { return std::to_string(rate.param); });

TEST(Resampler, PassesEqualRatesThroughUntouched) {
  const auto samples = noise(5000, 4);
  EXPECT_TRUE(same_bits(resampled(output_rate, samples), samples));
}

TEST(Resampler, RefusesRatesThatNobodyUses) {
  for (const int rate : {-1, 0, 999, 768001}) {
    const auto created = Resampler::create(rate, output_rate);
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(created.error().message.find(std::to_string(rate)), std::string::npos);
  }
}

}  // namespace
}  // namespace attend::frontend
