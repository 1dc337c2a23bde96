#include "streaming_measures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "streaming_report.hpp"

namespace attend::tools {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using Words = std::vector<std::string>;

Words split(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

Showing showing(double audio_time, const std::string& committed, const std::string& tentative) {
  Showing made;
  made.audio_time = audio_time;
  made.words = split(committed + " " + tentative);
  made.committed = split(committed).size();
  return made;
}

Showing closing(double audio_time, const std::string& committed, Cause cause = Cause::endpoint) {
  auto made = showing(audio_time, committed, "");
  made.kind = EventKind::final;
  made.cause = cause;
  return made;
}

/// "the cat sat": first misheard, then withdrawn in part, then right.
Timeline example() {
  return {showing(1.0, "", "the cap"), showing(1.4, "the", "cat sad"), showing(1.8, "the cat", ""), showing(2.2, "the cat", "sat"),
          closing(3.0, "the cat sat")};
}

TEST(FirstShownWords, AreThoseThatStoodFirstAtTheirPlace) {
  EXPECT_THAT(first_shown_words(example()), ElementsAre("the", "cap", "sad"));
  EXPECT_THAT(first_shown_words({}), ElementsAre());
}

TEST(FirstShownWords, AWithdrawnWordWasShown) {
  EXPECT_THAT(first_shown_words({showing(1, "", "one you"), closing(2, "one")}), ElementsAre("one", "you"));
}

TEST(ChangedWords, AreThoseBehindTheCommonBeginning) {
  EXPECT_EQ(changed_words(example()), 2);  // cap, sad
  EXPECT_EQ(changed_words({showing(1, "", "a b c"), showing(2, "", "x b c")}), 3);
  EXPECT_EQ(changed_words({showing(1, "", "a b c"), showing(2, "", "a b c d")}), 0);
}

TEST(MeasureStreaming, DelaysRunFromTheEndOfTheWord) {
  const auto reference = split("the cat sat down");
  const std::vector<SpokenWord> times{{"the", 0.2, 0.5}, {"cat", 0.5, 0.9}, {"sat", 1.2, 1.5}, {"down", 1.5, 2.0}};
  const auto measures = measure_streaming(example(), {.reference = reference, .times = times, .audio_seconds = 6});
  EXPECT_THAT(measures.word_shown.audio, ElementsAre(DoubleEq(0.5), DoubleEq(0.5), DoubleEq(0.7)));
  EXPECT_THAT(measures.word_committed.audio, ElementsAre(DoubleEq(0.9), DoubleEq(0.9), DoubleEq(1.5)));
  EXPECT_TRUE(measures.word_shown.wall.empty());
  EXPECT_THAT(measures.endpoint.audio, ElementsAre(DoubleEq(1.0)));
  EXPECT_EQ(measures.ended_without_endpoint, 0);
  EXPECT_EQ(measures.timed_words, 4);
  EXPECT_EQ(measures.missed_words, 1);
  EXPECT_EQ(measures.shown, (WordErrors{4, 2, 1, 0}));  // the cap sad
  EXPECT_EQ(measures.final_words, 3);
  EXPECT_DOUBLE_EQ(measures.flicker(), 2.0 / 3);
  EXPECT_EQ(measures.long_words, 3);
  EXPECT_EQ(measures.long_by_final, 1);
}

TEST(MeasureStreaming, ShortOrUntimedRecordingsLeaveMeasuresOut) {
  const auto reference = split("the cat sat");
  const auto measures = measure_streaming(example(), {.reference = reference, .times = {}, .audio_seconds = 5});
  EXPECT_EQ(measures.long_words, 0);
  EXPECT_EQ(measures.timed_recordings, 0);
  EXPECT_EQ(measures.timed_words, 0);
  EXPECT_TRUE(measures.word_shown.audio.empty());
  EXPECT_EQ(measures.ended_without_endpoint, 0);
}

TEST(MeasureStreaming, WhatTheEndOfTheAudioBroughtIsNoEndpoint) {
  auto timeline = example();
  timeline.back().cause = Cause::end;
  const auto reference = split("the");
  const auto measures =
      measure_streaming(timeline, {.reference = reference, .times = std::vector<SpokenWord>{{"the", 0, 1}}, .audio_seconds = 1});
  EXPECT_TRUE(measures.endpoint.audio.empty());
  EXPECT_EQ(measures.ended_without_endpoint, 1);
}

TEST(MeasureStreaming, NothingHeardIsAllMissed) {
  const auto reference = split("the cat");
  const auto measures = measure_streaming(
      {}, {.reference = reference, .times = std::vector<SpokenWord>{{"the", 0, 1}, {"cat", 1, 2}}, .audio_seconds = 9});
  EXPECT_EQ(measures.missed_words, 2);
  EXPECT_EQ(measures.shown, (WordErrors{2, 0, 2, 0}));
  EXPECT_EQ(measures.flicker(), 0);
}

TEST(MeasureStreaming, InRealTimeTheWallsClockCountsToo) {
  auto timeline = example();
  for (auto& showing : timeline) showing.wall_time = showing.audio_time + 0.1;
  const auto reference = split("the cat sat");
  const std::vector<SpokenWord> times{{"the", 0.2, 0.5}, {"cat", 0.5, 0.9}, {"sat", 1.2, 1.5}};
  const auto measures = measure_streaming(timeline, {.reference = reference, .times = times, .audio_seconds = 6});
  ASSERT_EQ(measures.word_shown.wall.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(measures.word_shown.wall[i], measures.word_shown.audio[i] + 0.1, 1e-12);
  EXPECT_THAT(measures.endpoint.wall, ElementsAre(DoubleEq(3.1 - 1.5)));
}

/// A timeline that keeps the contract: committed words only grow and stay.
Timeline random_timeline(std::mt19937& dice) {
  Timeline timeline;
  Words committed;
  const auto word = [&] { return std::string(1, static_cast<char>('a' + dice() % 4)); };
  const int showings = 1 + static_cast<int>(dice() % 8);
  for (int i = 0; i < showings; ++i) {
    for (auto more = dice() % 3; more > 0; --more) committed.push_back(word());
    auto words = committed;
    for (auto more = dice() % 4; more > 0; --more) words.push_back(word());
    timeline.push_back({.audio_time = 0.5 * i, .wall_time = {}, .words = words, .committed = committed.size()});
  }
  timeline.push_back({.audio_time = 9,
                      .wall_time = {},
                      .words = committed,
                      .committed = committed.size(),
                      .kind = EventKind::final,
                      .cause = Cause::end});
  return timeline;
}

/// Every definition spelled out place by place, each showing looked at anew.
TEST(StreamingMeasures, AgreeWithTheirDefinitions) {
  std::mt19937 dice(11);
  for (int round = 0; round < 500; ++round) {
    const auto timeline = random_timeline(dice);
    const auto& last = timeline.back().words;
    std::size_t longest = 0, changed = 0;
    for (const auto& showing : timeline) longest = std::max(longest, showing.words.size());
    Words first;
    for (std::size_t place = 0; place < longest; ++place) {
      first.push_back(std::ranges::find_if(timeline, [&](const Showing& s) { return s.words.size() > place; })->words[place]);
    }
    for (std::size_t i = 0; i + 1 < timeline.size(); ++i) {
      for (std::size_t place = 0; place < timeline[i].words.size(); ++place) {
        const Words kept(timeline[i].words.begin(), timeline[i].words.begin() + static_cast<std::ptrdiff_t>(place) + 1);
        const auto& next = timeline[i + 1].words;
        changed += next.size() < kept.size() || !std::equal(kept.begin(), kept.end(), next.begin()) ? 1 : 0;
      }
    }
    EXPECT_EQ(first_shown_words(timeline), first);
    EXPECT_EQ(changed_words(timeline), static_cast<std::int64_t>(changed));
    const auto debuts = word_debuts(timeline);
    ASSERT_EQ(debuts.size(), last.size());
    for (std::size_t place = 0; place < last.size(); ++place) {
      const auto shown =
          std::ranges::find_if(timeline, [&](const Showing& s) { return s.words.size() > place && s.words[place] == last[place]; });
      const auto committed = std::ranges::find_if(timeline, [&](const Showing& s) { return s.committed > place; });
      EXPECT_EQ(debuts[place].shown, static_cast<std::size_t>(shown - timeline.begin()));
      EXPECT_EQ(debuts[place].committed, static_cast<std::size_t>(committed - timeline.begin()));
      EXPECT_LE(debuts[place].shown, debuts[place].committed);
    }
  }
}

TEST(StreamingMeasures, Add) {
  const auto reference = split("the cat sat");
  const std::vector<SpokenWord> times{{"the", 0.2, 0.5}, {"cat", 0.5, 0.9}, {"sat", 1.2, 1.5}};
  const StreamedRecording recording{.reference = reference, .times = times, .audio_seconds = 6};
  auto sum = measure_streaming(example(), recording);
  sum += measure_streaming(example(), recording);
  EXPECT_EQ(sum.recordings, 2);
  EXPECT_EQ(sum.timed_recordings, 2);
  EXPECT_EQ(sum.timed_words, 6);
  EXPECT_EQ(sum.long_by_final, 2);
  EXPECT_EQ(sum.word_shown.audio.size(), 6U);
  EXPECT_EQ(sum.endpoint.audio.size(), 2U);
  EXPECT_DOUBLE_EQ(sum.flicker(), 2.0 / 3);
}

TEST(StreamingReport, HoldsMillisecondsAndShares) {
  StreamingMeasures measures;
  measures.timed_recordings = measures.recordings = 1;
  measures.timed_words = 4;
  measures.missed_words = 1;
  measures.word_shown.audio = {0.3, 0.1, 0.2};
  const auto object = to_json(measures);
  EXPECT_EQ(object["shown_ms"]["p50"], 200);
  EXPECT_EQ(object["shown_ms"]["p90"], 280);
  EXPECT_EQ(object["shown_ms"]["count"], 3);
  EXPECT_EQ(object["missed_share"], 0.25);
  EXPECT_TRUE(object["committed_ms"].is_null());
  EXPECT_TRUE(object["shown_wall_ms"].is_null());
  std::ostringstream text;
  print(text, measures);
  EXPECT_THAT(text.str(), testing::HasSubstr("word shown after: P50 200 ms, P90 280 ms"));
}

}  // namespace
}  // namespace attend::tools
