#include "evaluation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "evaluation_report.hpp"

namespace attend::tools {
namespace {

Recording recording(const std::string& id, const std::string& text, const std::string& speaker = {}) {
  Recording made;
  made.id = id;
  made.text = text;
  made.speaker = speaker;
  return made;
}

TEST(EvaluateTexts, NormalisesBothSides) {
  const auto evaluation =
      evaluate_texts({{"a", "Mr. Smith paid $5."}, {"b", ""}},
                     std::vector{recording("a", "MISTER SMITH PAID FIVE DOLLARS"), recording("b", "two words")});
  ASSERT_EQ(evaluation.scores.size(), 2U);
  EXPECT_EQ(evaluation.scores[0].errors, (WordErrors{5, 0, 0, 0}));
  EXPECT_EQ(evaluation.scores[0].hypothesis, "mister smith paid five dollars");
  EXPECT_EQ(evaluation.scores[0].text, "Mr. Smith paid $5.");
  EXPECT_EQ(evaluation.scores[1].errors, (WordErrors{2, 0, 2, 0}));
}

TEST(EvaluateTexts, AMissingTextIsAFailureAndNotCounted) {
  const auto evaluation = evaluate_texts({{"a", "one"}}, std::vector{recording("a", "one"), recording("lost", "two")});
  EXPECT_THAT(evaluation.scores[1].failure, testing::HasSubstr("'lost'"));
  const auto summary = summarise(evaluation.scores);
  EXPECT_EQ(summary.scored, 1U);
  EXPECT_EQ(summary.failed, 1U);
  EXPECT_EQ(summary.errors.words, 1);
}

RecordedTimeline heard(const std::string& id, std::vector<std::string> words) {
  const Showing partial{.audio_time = 1.5, .wall_time = {}, .words = {words.front()}, .committed = 0};
  const Showing last{.audio_time = 2.5,
                     .wall_time = {},
                     .words = words,
                     .committed = words.size(),
                     .kind = EventKind::final,
                     .cause = Cause::endpoint};
  return {id, 6.0, {partial, last}};
}

TEST(EvaluateTimelines, ScoresTheLastShowingAndTheWayThere) {
  StreamingPlan plan;
  plan.times = {{"a", {{"don't", 0.5, 1.0}, {"go", 1.0, 1.5}}}, {"b", {{"other", 0, 1}}}};
  const auto evaluation =
      evaluate_timelines({{"a", heard("a", {"do", "not", "stay"})}, {"b", heard("b", {"yes"})}}, plan,
                         std::vector{recording("a", "Don't go."), recording("b", "yes"), recording("lost", "x")});
  EXPECT_EQ(evaluation.scores[0].errors, (WordErrors{3, 1, 0, 0}));
  EXPECT_EQ(evaluation.scores[0].streaming->missed_words, 1);
  EXPECT_THAT(evaluation.scores[0].streaming->word_shown.audio, testing::ElementsAre(0.5, 1.5));
  EXPECT_EQ(evaluation.scores[1].streaming->timed_recordings, 0);  // its aligned words are others
  EXPECT_THAT(evaluation.scores[2].failure, testing::HasSubstr("'lost'"));
  const auto sum = sum_streaming(evaluation.scores);
  ASSERT_TRUE(sum);
  EXPECT_EQ(sum->recordings, 2);
  EXPECT_EQ(sum->timed_recordings, 1);
  EXPECT_EQ(sum->long_by_final, 4);
  EXPECT_FALSE(sum_streaming(evaluate_texts({}, {}).scores));
}

TEST(Summarise, ClustersAreSpeakersWhereTwoAreKnown) {
  const auto clusters = [](const std::vector<Recording>& recordings) {
    const auto summary = summarise(evaluate_texts({{"a", ""}, {"b", "x"}, {"c", "x"}}, recordings).scores);
    return std::pair(summary.clusters_are, summary.clusters);
  };
  using Clusters = std::pair<std::string, std::size_t>;
  EXPECT_EQ(clusters({recording("a", "x", "s"), recording("b", "x", "s"), recording("c", "x", "t")}), (Clusters{"speakers", 2}));
  EXPECT_EQ(clusters({recording("a", "x", "s"), recording("b", "x"), recording("c", "x")}), (Clusters{"speakers", 3}));
  EXPECT_EQ(clusters({recording("a", "x", "s"), recording("b", "x", "s"), recording("c", "x", "s")}), (Clusters{"recordings", 3}));
  EXPECT_EQ(clusters({recording("a", "x"), recording("b", "x"), recording("c", "x")}), (Clusters{"recordings", 3}));
}

Report example() {
  Report report;
  report.manifest = "set.jsonl";
  report.model = EvaluatedModel{.file = "m.safetensors",
                                .name = "m",
                                .version = "1",
                                .sha256 = "ab",
                                .precision = "f32",
                                .chunk_ms = 320,
                                .lookahead_ms = 640,
                                .hindsight_ms = 480,
                                .jobs = 2};
  report.model->search.beam = 4;
  report.separate.summary = summarise(
      evaluate_texts({{"a", "one too"}, {"b", "x"}}, std::vector{recording("a", "one two"), recording("b", "x y")}).scores);
  report.separate.cost = {.audio_seconds = 100, .processor_seconds = 5, .wall_seconds = 2.5};
  return report;
}

TEST(EvaluationReport, JsonHoldsThePromisedFields) {
  const auto object = to_json(example());
  EXPECT_DOUBLE_EQ(object["wer"].get<double>(), 50.0);
  EXPECT_EQ(object["words"], 4);
  EXPECT_EQ(object["substitutions"], 1);
  EXPECT_EQ(object["deletions"], 1);
  EXPECT_EQ(object["insertions"], 0);
  EXPECT_LE(object["wer_low"].get<double>(), 50.0);
  EXPECT_GE(object["wer_high"].get<double>(), 50.0);
  EXPECT_DOUBLE_EQ(object["rtf"].get<double>(), 0.05);
  EXPECT_DOUBLE_EQ(object["rtf_wall"].get<double>(), 0.025);
  EXPECT_EQ(object["chunk_ms"], 320);
  EXPECT_EQ(object["lookahead_ms"], 640);
  EXPECT_EQ(object["hindsight_ms"], 480);
  EXPECT_EQ(object["model_sha256"], "ab");
  EXPECT_EQ(object["search"]["beam"], 4);
  EXPECT_EQ(object["normaliser"], "attend-en-1");
  EXPECT_FALSE(object.contains("joined"));
}

TEST(EvaluationReport, WhatWasNotMeasuredIsNull) {
  auto report = example();
  report.model.reset();
  report.separate.cost = {};
  const auto object = to_json(report);
  for (const auto* field : {"rtf", "rtf_wall", "audio_seconds", "chunk_ms", "lookahead_ms", "hindsight_ms", "model_sha256"})
    EXPECT_TRUE(object.at(field).is_null()) << field;
  report.model = EvaluatedModel{};
  EXPECT_TRUE(to_json(report)["chunk_ms"].is_null());  // --chunk full
}

TEST(EvaluationReport, JoinedResultsStandBeside) {
  auto report = example();
  report.joined = report.separate;
  EXPECT_EQ(to_json(report)["joined"]["words"], 4);
  std::ostringstream text;
  print(text, report);
  EXPECT_THAT(text.str(), testing::HasSubstr("WER 50.00 %"));
  EXPECT_THAT(text.str(), testing::HasSubstr("joined to 2 recordings"));
}

}  // namespace
}  // namespace attend::tools
