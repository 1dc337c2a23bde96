#include "sdk/stream_settings.hpp"

#include <gtest/gtest.h>

#include "../engine/model_file_builder.hpp"

namespace attend::sdk {
namespace {

using namespace std::chrono_literals;

engine::ModelConfig config(double hop_ms = 8) {
  nlohmann::json json = engine::testing::tiny_config();
  json["features"]["hop_ms"] = hop_ms;
  return engine::parse_model_config(json.dump()).value();
}

TEST(StreamSettings, RoundToWholeRows) {
  const auto settings = make_settings({}, config());  // 320, 640 and 30,000 ms in rows of 24 ms
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->span.chunk, 13);
  EXPECT_EQ(settings->span.lookahead, 27);
  EXPECT_EQ(settings->span.left, 1250);
  EXPECT_EQ(settings->span.hindsight, 0);
  EXPECT_EQ(settings->search.silence, 33);
  EXPECT_EQ(settings->search.longest, 1042);
}

TEST(StreamSettings, ChunkIsAtLeastOneRow) {
  StreamOptions options;
  options.chunk = 1ms;
  options.lookahead = 1ms;
  const auto settings = make_settings(options, config());
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->span.chunk, 1);
  EXPECT_EQ(settings->span.lookahead, 0);
}

TEST(StreamSettings, HindsightIsTheModelsUnlessAskedFor) {
  engine::ModelConfig model = config();
  model.hindsight_ms = 640;
  StreamOptions options;
  EXPECT_EQ(make_settings(options, model)->span.hindsight, 27);
  options.hindsight = 240ms;
  EXPECT_EQ(make_settings(options, model)->span.hindsight, 10);
  options.whole = true;
  EXPECT_EQ(make_settings(options, model)->span.hindsight, 0);
}

// A model cannot know how short the segments will be.
TEST(StreamSettings, HindsightOfTheModelGivesWayToShortSegments) {
  engine::ModelConfig model = config();
  model.hindsight_ms = 12'000;
  StreamOptions options;
  options.endpoint.longest = 4800ms;
  ASSERT_TRUE(make_settings(options, model));
  EXPECT_EQ(make_settings(options, model)->span.hindsight, 100);
  options.hindsight = 2401ms;
  EXPECT_FALSE(make_settings(options, model));
}

TEST(StreamSettings, WholeIsOneChunkOfTheLongestSegment) {
  StreamOptions options;
  options.whole = true;
  options.chunk = 320ms;
  const auto settings = make_settings(options, config());
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->span.chunk, 1042);
  EXPECT_EQ(settings->span.lookahead, 0);
}

TEST(StreamSettings, SearchKeepsItsDefaultsAtRowsOf24Milliseconds) {
  const decoder::SearchConfig defaults;
  const auto settings = make_settings({}, config());
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->search.edge_guard, defaults.edge_guard);
  EXPECT_EQ(settings->search.refresh, defaults.refresh);
  EXPECT_EQ(settings->search.patience, defaults.patience);
  EXPECT_EQ(settings->search.opening, defaults.opening);
  EXPECT_FLOAT_EQ(settings->search.labels_per_row, defaults.labels_per_row);
}

TEST(StreamSettings, SearchFollowsTheRowsOfTheModel) {
  const decoder::SearchConfig defaults;
  const auto settings = make_settings({}, config(16));  // rows of 48 ms
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->search.jump_back, defaults.jump_back / 2);
  EXPECT_EQ(settings->search.refresh, defaults.refresh / 2);
  EXPECT_EQ(settings->search.repeat_longest, defaults.repeat_longest);  // labels, not rows
  EXPECT_EQ(settings->search.stall, defaults.stall);
  EXPECT_FLOAT_EQ(settings->search.labels_per_row, 2 * defaults.labels_per_row);
  EXPECT_EQ(settings->search.silence, 17);
}

}  // namespace
}  // namespace attend::sdk
