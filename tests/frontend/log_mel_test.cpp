// The filter bank against Kaldi's, and its promise about blocks.
#include "frontend/log_mel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "support.hpp"

namespace attend::frontend {
namespace {

using testing::cut;
using testing::noise;
using testing::same_bits;

const std::filesystem::path data = std::filesystem::path(ATTEND_SOURCE_DIR) / "tests/data/frontend";

std::vector<float> signal() {
  const auto bytes = testing::read_bytes(data / "signal.s16le");
  std::vector<std::int16_t> integers(bytes.size() / 2);
  std::memcpy(integers.data(), bytes.data(), bytes.size());
  std::vector<float> samples(integers.size());
  std::transform(integers.begin(), integers.end(), samples.begin(),
                 [](std::int16_t value) { return static_cast<float>(value) / 32768; });
  return samples;
}

std::vector<float> reference(const std::string& name) {
  const auto bytes = testing::read_bytes(data / name);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

std::vector<float> rows_of(const LogMelConfig& config, std::span<const float> samples) {
  std::vector<float> rows;
  LogMel::create(config).value().push(samples, rows);
  return rows;
}

struct Variant {
  Window window;
  int hop;
  const char* file;
};

/// The tolerance of each value: tight within 60 dB of the loudest bin of its row, wider below, where single precision shows.
std::vector<float> tolerances(std::span<const float> rows, std::size_t bins) {
  std::vector<float> result;
  for (std::size_t row = 0; row < rows.size(); row += bins) {
    const auto values = rows.subspan(row, bins);
    const float edge = *std::max_element(values.begin(), values.end()) - std::log(1e6F);
    for (const float value : values) result.push_back(value > edge ? 1e-3F : 2e-2F);
  }
  return result;
}

class LogMelAgainstKaldi : public ::testing::TestWithParam<Variant> {
 protected:
  static void compare(float floor) {
    LogMelConfig config;
    config.window = GetParam().window;
    config.hop_samples = GetParam().hop;
    config.floor = floor;
    const auto expected = reference(GetParam().file);
    const auto tolerance = tolerances(expected, static_cast<std::size_t>(config.bins));
    const auto rows = rows_of(config, signal());
    ASSERT_EQ(rows.size(), expected.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ASSERT_NEAR(rows[i], std::max(expected[i], std::log(floor)), tolerance[i]) << "row " << i / 80 << ", bin " << i % 80;
    }
  }
};

TEST_P(LogMelAgainstKaldi, AgreesInEveryBin) {
  compare(LogMelConfig{}.floor);
}
TEST_P(LogMelAgainstKaldi, FloorsTheEnergy) {
  compare(1000);
}

INSTANTIATE_TEST_SUITE_P(
    Variants, LogMelAgainstKaldi,
    ::testing::Values(Variant{Window::povey, 128, "fbank_povey_8ms.f32le"}, Variant{Window::povey, 160, "fbank_povey_10ms.f32le"},
                      Variant{Window::hann, 128, "fbank_hann_8ms.f32le"}, Variant{Window::hann, 160, "fbank_hann_10ms.f32le"}),
    [](const auto& variant) { return std::string(variant.param.file).substr(6, std::strlen(variant.param.file) - 12); });

TEST(LogMel, RowsDoNotDependOnCuts) {
  const LogMelConfig config;
  const auto samples = noise(20000, 1);
  const auto expected = rows_of(config, samples);
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    auto log_mel = LogMel::create(config).value();
    std::vector<float> rows;
    cut(samples, random, seed % 4 == 0 ? 3 : 3000, [&](std::span<const float> block) { log_mel.push(block, rows); });
    ASSERT_TRUE(same_bits(rows, expected)) << "seed " << seed;
  }
}

TEST(LogMel, GivesARowAsSoonAsItsWindowIsComplete) {
  auto log_mel = LogMel::create({}).value();
  std::vector<float> rows;
  log_mel.push(noise(399, 2), rows);
  EXPECT_TRUE(rows.empty());
  log_mel.push(noise(1, 3), rows);
  EXPECT_EQ(rows.size(), 80U);
  log_mel.push(noise(127, 4), rows);
  EXPECT_EQ(rows.size(), 80U);
  log_mel.push(noise(1, 5), rows);
  EXPECT_EQ(rows.size(), 160U);
}

TEST(LogMel, ForgetsOnReset) {
  const auto samples = noise(3000, 6);
  auto log_mel = LogMel::create({}).value();
  std::vector<float> rows;
  log_mel.push(noise(777, 7), rows);
  log_mel.reset();
  rows.clear();
  log_mel.push(samples, rows);
  EXPECT_TRUE(same_bits(rows, rows_of({}, samples)));
}

TEST(LogMel, SilenceAndTheLoudestSoundStayFinite) {
  for (const float level : {0.0F, 1e-30F, 1.0F, 65536.0F}) {
    std::vector<float> samples(2000);
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = i % 2 == 0 ? level : -level;
    for (const float value : rows_of({}, samples)) ASSERT_TRUE(std::isfinite(value)) << level;
  }
}

TEST(LogMel, RefusesWhatCannotBeComputed) {
  const auto message = [](auto change) {
    LogMelConfig config;
    change(config);
    const auto created = LogMel::create(config);
    return created ? std::string() : created.error().message;
  };
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_NE(message([](auto& c) { c.fft = 500; }).find("power of two"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.fft = 1 << 20; }).find("fft"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.window_samples = 513; }).find("window"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.window_samples = 1; }).find("window"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.hop_samples = 0; }).find("hop"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.hop_samples = 401; }).find("hop"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.bins = 0; }).find("bins"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.bins = 256; }).find("fewer bins"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.high_hz = 8001; }).find("high_hz"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.low_hz = nan; }).find("low_hz"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.low_hz = 7600; }).find("low_hz"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.preemphasis = nan; }).find("preemphasis"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.floor = 0; }).find("floor"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.sample_rate = 0; }).find("sample_rate"), std::string::npos);
  EXPECT_EQ(message([](auto&) {}), "");
}

}  // namespace
}  // namespace attend::frontend
