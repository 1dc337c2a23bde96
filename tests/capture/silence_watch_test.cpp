#include "capture/silence_watch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace attend::capture {
namespace {

constexpr double rate = 1000;

std::vector<float> constant(float value, std::size_t count) {
  return std::vector<float>(count, value);
}

TEST(SilenceWatch, SaysNothingAtTheStart) {
  const SilenceWatch watch(rate, 0);
  EXPECT_FALSE(watch.silent());
  EXPECT_FALSE(watch.heard_sound());
}

TEST(SilenceWatch, ComesTrueWithTheLastSampleOfTheTime) {
  SilenceWatch watch(rate, 5);
  watch.add(constant(0, 4999));
  EXPECT_FALSE(watch.silent());
  watch.add(constant(0, 1));
  EXPECT_TRUE(watch.silent());
  EXPECT_DOUBLE_EQ(watch.silent_seconds(), 5);
  EXPECT_FALSE(watch.heard_sound());
}

TEST(SilenceWatch, OneSampleOfSoundEndsIt) {
  SilenceWatch watch(rate, 1);
  watch.add(constant(0, 3000));
  watch.add(constant(0.01F, 1));
  EXPECT_FALSE(watch.silent());
  EXPECT_TRUE(watch.heard_sound());
  EXPECT_DOUBLE_EQ(watch.silent_seconds(), 0);
  watch.add(constant(0, 1000));
  EXPECT_TRUE(watch.silent());
  EXPECT_TRUE(watch.heard_sound());
}

TEST(SilenceWatch, TheLastBitsOfAConverterAreSilenceAndAQuietRoomIsNot) {
  SilenceWatch muted(rate, 1);
  muted.add(constant(-3.0F / 32768, 2000));  // -80.8 dBFS
  EXPECT_TRUE(muted.silent());
  SilenceWatch room(rate, 1);
  room.add(constant(4.0F / 32768, 2000));  // -78.3 dBFS
  EXPECT_FALSE(room.silent());
}

TEST(SilenceWatch, NoMutedDeviceGivesNotANumber) {
  SilenceWatch watch(rate, 1);
  watch.add(constant(std::numeric_limits<float>::quiet_NaN(), 2000));
  EXPECT_FALSE(watch.silent());
}

TEST(SilenceWatch, BlocksDoNotMatter) {
  std::mt19937 random(7);
  std::vector<float> samples(20000);
  std::generate(samples.begin(), samples.end(), [&] { return random() % 400 == 0 ? 0.1F : 0.0F; });
  SilenceWatch blocks(rate, 0.5);
  std::size_t quiet = 0;
  for (std::size_t at = 0; at < samples.size();) {
    const std::size_t size = std::min<std::size_t>(random() % 300, samples.size() - at);
    blocks.add(std::span(samples).subspan(at, size));
    for (std::size_t i = at; i < at + size; ++i) quiet = samples[i] == 0 ? quiet + 1 : 0;
    at += size;
    ASSERT_DOUBLE_EQ(blocks.silent_seconds(), static_cast<double>(quiet) / rate);
    ASSERT_EQ(blocks.silent(), quiet >= 500);
  }
}

}  // namespace
}  // namespace attend::capture
