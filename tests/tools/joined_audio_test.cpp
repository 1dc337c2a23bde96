#include "joined_audio.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "temporary_folder.hpp"

namespace attend::tools {
namespace {

std::vector<float> read_all(JoinedAudio& audio, std::size_t block_size) {
  std::vector<float> all;
  std::vector<float> block(block_size);
  while (const auto samples = audio.read(block))
    all.insert(all.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(samples));
  return all;
}

const RawFormat raw{.sample_rate = 1000, .channels = 1, .format = SampleFormat::s16le};

class JoinedAudioTest : public testing::Test {
 protected:
  /// A headerless file of 16-bit samples 1, 2, 3, … times `step`.
  std::filesystem::path ramp(const std::string& name, int frames, int step) {
    std::string bytes;
    for (int i = 1; i <= frames; ++i) {
      const auto sample = static_cast<unsigned>(i * step);
      bytes += static_cast<char>(sample & 0xFFU);
      bytes += static_cast<char>(sample >> 8U);
    }
    return folder.write(name, bytes);
  }

  test::TemporaryFolder folder;
};

TEST_F(JoinedAudioTest, OneFileIsItself) {
  JoinedAudio audio({ramp("one.raw", 300, 7)}, {}, raw);
  EXPECT_EQ(audio.sample_rate(), 1000);
  const auto samples = read_all(audio, 64);
  ASSERT_EQ(samples.size(), 300U);
  for (std::size_t i = 0; i < samples.size(); ++i) ASSERT_EQ(samples[i], static_cast<float>(7 * (i + 1)) / 32768.0F);
  EXPECT_DOUBLE_EQ(audio.seconds(), 0.3);
}

TEST_F(JoinedAudioTest, FilesFollowEachOtherAfterFaintNoise) {
  JoinedAudio audio({ramp("a.raw", 100, 50), ramp("b.raw", 200, 50), ramp("c.raw", 50, 50)}, {0.25, 0.1}, raw);
  const auto samples = read_all(audio, 33);
  ASSERT_EQ(samples.size(), 100U + 250 + 200 + 100 + 50);
  EXPECT_DOUBLE_EQ(audio.seconds(), 0.7);
  EXPECT_EQ(samples[99], 5000.0F / 32768);
  EXPECT_EQ(samples[350], 50.0F / 32768);
  EXPECT_EQ(samples[650], 50.0F / 32768);
  double power = 0;
  for (std::size_t i = 100; i < 350; ++i) power += samples[i] * samples[i] / 250;
  EXPECT_NEAR(10 * std::log10(power), -72, 1);
}

TEST_F(JoinedAudioTest, AGapBehindTheLastFileIsPlayedToo) {
  JoinedAudio audio({ramp("a.raw", 100, 50), ramp("b.raw", 200, 50)}, {0.25, 0.15}, raw);
  const auto samples = read_all(audio, 33);
  ASSERT_EQ(samples.size(), 100U + 250 + 200 + 150);
  EXPECT_EQ(samples[549], 10000.0F / 32768);
  for (std::size_t i = 550; i < 700; ++i) EXPECT_LT(std::abs(samples[i]), 0.0005F);
  JoinedAudio alone({ramp("c.raw", 100, 50)}, {0.15}, raw);
  EXPECT_EQ(read_all(alone, 33).size(), 250U);
}

TEST_F(JoinedAudioTest, BlocksDoNotMatter) {
  const std::vector files{ramp("d.raw", 100, 50), ramp("e.raw", 200, 50)};
  JoinedAudio small(files, {0.25}, raw);
  JoinedAudio large(files, {0.25}, raw);
  EXPECT_EQ(read_all(small, 7), read_all(large, 1000));
}

TEST_F(JoinedAudioTest, AMissingFileIsNamed) {
  EXPECT_THROW(JoinedAudio({"no/such.raw"}, {}, raw), Error);
  JoinedAudio audio({ramp("f.raw", 100, 50), "no/such.raw"}, {0.1}, raw);
  try {
    read_all(audio, 33);
    FAIL() << "the missing file went unnoticed";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("such.raw"));
  }
}

}  // namespace
}  // namespace attend::tools
