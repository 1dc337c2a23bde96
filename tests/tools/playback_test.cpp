#include "playback.hpp"

#include <gtest/gtest.h>

#include "fake_recogniser.hpp"

namespace attend::tools {
namespace {

struct Played {
  std::string text;
  std::vector<double> audio, wall;
};

Played play_fake(const Playback& playback, int rate, std::int64_t frames) {
  test::FakeAudio audio(rate, 1, frames);
  test::FakeRecogniser recogniser(rate, 1, {});
  Played played;
  play([&](std::span<float> block) { return audio.read(block); }, rate, 1, recogniser, playback,
       [&](const Event& event, std::optional<double> wall_time) {
         played.text += to_text(event.committed) + ";";
         played.audio.push_back(event.audio_time);
         if (wall_time) played.wall.push_back(*wall_time);
       });
  return played;
}

TEST(Play, BlocksDoNotMatter) {
  const auto expected = play_fake({.block = std::chrono::milliseconds(1000)}, 100, 470);
  EXPECT_EQ(expected.text, "w0;w0 w1;w0 w1 w2;w3;w3;");
  EXPECT_TRUE(expected.wall.empty());
  for (const int block : {1, 10, 70, 100, 3000}) {
    EXPECT_EQ(play_fake({.block = std::chrono::milliseconds(block)}, 100, 470).text, expected.text) << block;
  }
}

/// The recogniser's seconds are 20 ms here, so that the test is short. Nothing can be told before it was heard.
TEST(Play, InRealTimeABlockComesWhenItsSoundHasBeenHeard) {
  constexpr int rate = 50;
  test::FakeAudio audio(1, 1, 6);
  test::FakeRecogniser recogniser(1, 1, {});
  std::vector<double> wall;
  play([&](std::span<float> block) { return audio.read(block); }, rate, 1, recogniser,
       {.block = std::chrono::milliseconds(20), .real_time = true},
       [&](const Event&, std::optional<double> wall_time) { wall.push_back(wall_time.value_or(-1)); });
  ASSERT_EQ(wall.size(), 6U);
  for (std::size_t i = 0; i < wall.size(); ++i) EXPECT_GE(wall[i], 0.02 * static_cast<double>(i + 1));
}

}  // namespace
}  // namespace attend::tools
