// One segment in worlds whose answer is known: what is committed, when, and with which times.
#include "decoder/search.hpp"

#include <gtest/gtest.h>

#include "toy_world.hpp"

namespace attend::decoder {
namespace {

// Three words of 2, 1 and 3 labels.
const std::vector<Spoken> kThreeWords = {{4, 10}, {5, 14}, {6, 30}, {8, 50}, {9, 54}, {11, 58}};

TEST(Search, HearsWhatWasSaid) {
  WorldScorer scorer(kThreeWords, {});
  Search search(toy_labels(), one_segment());
  const auto results = play(search, scorer, steps_of(90, 13, 27));
  EXPECT_EQ(words_of(all_committed(results)), words_of(kThreeWords));
  EXPECT_EQ(std::vector<Label>(search.committed_labels().begin(), search.committed_labels().end()),
            (std::vector<Label>{4, 5, 6, 8, 9, 11}));
}

// Worked out by hand from the rules with the guards below (and edge 5), chunk 10 and look-ahead 20:
// step      1  2  3  4  5  6  7
// total    30 40 50 60 70 80 89 (end)
// horizon  10 20 30 40 50 60 89
// Word 1 (last peak 14) is accepted from step 1 on (14 < 30 - 5), agreed in step 2, but 14 < 20 - 4 holds there: committed in 2.
// Word 2 (30) is accepted from step 2 (30 < 35), agreed in 3; 30 < horizon - 4 from step 4 (40): committed in 4.
// Word 3 (58): accepted whole from step 5 (58 < 65), 58 < horizon - 4 never before the end: committed in 7.
TEST(Search, CommitsAtTheStepsThatTheRulesSay) {
  WorldScorer scorer(kThreeWords, {});
  SearchConfig config = one_segment();
  config.commit_guard = 4;
  config.show_guard = 8;
  Search search(toy_labels(), config);
  const auto results = play(search, scorer, steps_of(89, 10, 20));
  ASSERT_EQ(results.size(), 7U);
  std::vector<std::size_t> committed, tentative;
  for (const StepResult& result : results) {
    committed.push_back(result.committed.size());
    tentative.push_back(result.tentative.size());
  }
  EXPECT_EQ(committed, (std::vector<std::size_t>{0, 1, 0, 1, 0, 0, 1}));
  // Word 1 is shown in step 1 (14 < 30 - 8); word 2 in step 2 (30 < 40 - 8); of word 3, labels 50 and 54 are accepted in step 4 but
  // the word is not complete, and in step 5 it is (58 < 70 - 8).
  EXPECT_EQ(tentative, (std::vector<std::size_t>{1, 1, 1, 0, 1, 1, 0}));
}

// The word at row 30 is far enough from the end in step 2 (30 < 40 - 6). Unsure, it is shown a step later, if it is still there.
TEST(Search, ShowsAnUnsureWordWhenItComesAgain) {
  const auto hears = [](float sure, std::int32_t wrong_until) -> MisheardWorld::Mishear {
    return [=](std::vector<float>& log_probs, std::size_t place, std::int32_t rows) {
      if (place == 1) log_probs = favour(rows <= wrong_until ? 8 : 6, sure, 40);
    };
  };
  const auto shown_in = [](TreeScorer& scorer, float show_sure) {
    SearchConfig config = one_segment();
    config.opening = 1000;
    config.show_sure = show_sure;
    Search search(toy_labels(), config);
    std::vector<std::vector<ToyWord>> shown;
    for (const StepResult& result : play(search, scorer, steps_of(89, 10, 20))) shown.push_back(words_of(result.tentative));
    return shown;
  };
  const std::vector<Spoken> world = {{4, 10}, {6, 30}, {10, 50}};
  const std::vector<ToyWord> one = {{4}}, wrong = {{4}, {8}}, right = {{4}, {6}};
  MisheardWorld sure(world, hears(0.9F, 0)), unsure(world, hears(0.2F, 0)), mishears(world, hears(0.2F, 40));
  EXPECT_EQ(shown_in(sure, 0.75F)[1], right);
  EXPECT_EQ(shown_in(unsure, 0)[1], right);
  EXPECT_EQ(shown_in(unsure, 0.75F)[1], one);
  EXPECT_EQ(shown_in(unsure, 0.75F)[2], right) << "it came again";
  // In step 2 it is heard as another word: who waits does not show it.
  EXPECT_EQ(shown_in(mishears, 0)[1], wrong);
  EXPECT_EQ(shown_in(mishears, 0.75F)[1], one);
  EXPECT_EQ(shown_in(mishears, 0.75F)[2], one);
  EXPECT_EQ(shown_in(mishears, 0.75F)[3], words_of(world));
}

TEST(Search, PlacesWordsWhereTheyWereSpoken) {
  WorldScorer scorer(kThreeWords, {});
  SearchConfig config = one_segment();
  Search search(toy_labels(), config);
  const auto words = all_committed(play(search, scorer, steps_of(90, 13, 27)));
  ASSERT_EQ(words.size(), 3U);
  EXPECT_EQ(words[0].first_row, 10 - config.word_lead);
  EXPECT_EQ(words[0].end_row, 30 - config.word_lead) << "where the next word begins";
  EXPECT_EQ(words[2].first_row, 50 - config.word_lead);
  EXPECT_EQ(words[2].end_row, 58 + config.last_tail);
  for (const Word& word : words) EXPECT_NEAR(word.confidence, 1.2F / 1.4F, 1e-5F);  // of probability 0.8
}

TEST(Search, AWordIsNotPlacedBeforeWordsAlreadyCommitted) {
  // The third word is heard at row 90, but attention also, and more, returns to row 35.
  class Returning : public TreeScorer {
    Answer answer(std::span<const Label> labels) override {
      const std::vector<Spoken> world = {{4, 30}, {6, 60}, {8, 90}};
      if (labels.size() >= world.size() || world[labels.size()].row >= rows_)
        return {favour(2, 0.9F, 40), attend_to(rows_ - 1, rows_)};
      const Spoken& spoken = world[labels.size()];
      Answer heard{favour(spoken.label, 0.8F, 40), attend_to(spoken.row, rows_)};
      if (spoken.label == 8) heard.attention[35] = 0.9F;
      return heard;
    }
  };
  Returning scorer;
  Search search(toy_labels(), one_segment());
  const auto words = all_committed(play(search, scorer, steps_of(140, 10, 20)));
  ASSERT_EQ(words.size(), 3U);
  EXPECT_EQ(words[2].first_row, 90 - SearchConfig{}.word_lead);
}

TEST(Search, ShortestSegments) {
  WorldScorer scorer({{4, 2}}, {});
  Search nothing(toy_labels(), one_segment());
  scorer.hear(0, 0);
  EXPECT_TRUE(nothing.step(scorer).committed.empty());
  EXPECT_TRUE(nothing.finish(scorer).committed.empty());
  Search one(toy_labels(), one_segment());
  scorer.hear(3, 3);
  EXPECT_EQ(words_of(one.finish(scorer).committed), (std::vector<ToyWord>{{4}}));
}

TEST(Search, WaitsAtTheOpening) {
  SearchConfig config = one_segment();
  config.opening = 35;
  WorldScorer scorer(kThreeWords, {});
  Search search(toy_labels(), config);
  const auto results = play(search, scorer, steps_of(90, 10, 20));
  // The first label peaks at 10: nothing is committed before the horizon is at 45, which is step 5 (50).
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(results[i].committed.empty()) << i;
  EXPECT_EQ(results[4].committed.size(), 2U);
  EXPECT_EQ(words_of(all_committed(results)), words_of(kThreeWords));
}

TEST(Search, DoubtsASegmentThatSaidLittleAndUnsurely) {
  // Confidence is 0.8 in these worlds.
  for (const auto& [doubt, words] : {std::pair<float, std::size_t>{0.79F, 1}, {0.81F, 0}}) {
    SearchConfig config = one_segment();
    config.doubt = doubt;
    WorldScorer scorer({{4, 5}}, {});
    Search search(toy_labels(), config);
    EXPECT_EQ(all_committed(play(search, scorer, steps_of(20, 13, 27))).size(), words);
    EXPECT_EQ(search.committed_labels().size(), words);
    // The same at a cut: one word, then silence, before anything could be committed.
    config.opening = 200;
    Search cut_short(toy_labels(), config);
    WorldScorer again({{4, 5}}, {});
    for (std::int32_t horizon = 10; horizon <= 30; horizon += 10) {
      again.hear(horizon + 20, horizon);
      EXPECT_TRUE(cut_short.step(again).committed.empty());
    }
    EXPECT_EQ(cut_short.finish(again, Cut{EndReason::silence, 40}).committed.size(), words);
  }
  // Where something has been committed, nothing is doubted any more.
  SearchConfig config = one_segment();
  config.doubt = 0.9F;
  WorldScorer scorer(kThreeWords, {});
  Search search(toy_labels(), config);
  EXPECT_EQ(words_of(all_committed(play(search, scorer, steps_of(90, 13, 27)))), words_of(kThreeWords));
}

TEST(Search, PatienceCommitsWhatNeverSettlesDown) {
  // The first label flips in every step, so no two steps agree on anything.
  class Flipping : public TreeScorer {
    Answer answer(std::span<const Label> labels) override {
      if (labels.size() >= 3) return {favour(2, 0.9F, 40), attend_to(rows_ - 1, rows_)};
      const Label first = rows_ / 10 % 2 == 0 ? 4 : 6;
      return {favour(labels.empty() ? first : 8, 0.6F, 40), attend_to(5 + 10 * static_cast<std::int32_t>(labels.size()), rows_)};
    }
  };
  SearchConfig config = one_segment();
  config.patience = 30;
  Flipping scorer;
  Search search(toy_labels(), config);
  const auto results = play(search, scorer, steps_of(119, 10, 20));
  // 5 < horizon - 4 - 30 first holds at horizon 40, step 4; the words at 15 and 25 follow one and two steps later.
  std::vector<std::size_t> committed;
  for (const StepResult& result : results) committed.push_back(result.committed.size());
  EXPECT_EQ(committed, (std::vector<std::size_t>{0, 0, 0, 1, 2, 0, 0, 0, 0, 0}));
}

TEST(Search, AnEarlyEndOfSentenceEndsNothing) {
  // 40 rows of pause, in which the end of the sentence leads.
  const std::vector<Spoken> world = {{4, 10}, {6, 16}, {8, 60}, {10, 66}};
  WorldScorer scorer(world, {});
  Search search(toy_labels(), one_segment());
  EXPECT_EQ(words_of(all_committed(play(search, scorer, steps_of(100, 13, 13)))), words_of(world));
}

TEST(Search, AWordSaidFourTimesComesOutFourTimes) {
  const std::vector<Spoken> world = {{4, 10}, {4, 18}, {4, 25}, {4, 33}, {6, 50}, {7, 54},
                                     {6, 62}, {7, 66}, {6, 74}, {7, 78}, {6, 86}, {7, 90}};
  for (std::int32_t chunk : {3, 13, 40}) {
    WorldScorer scorer(world, {});
    Search search(toy_labels(), one_segment());
    EXPECT_EQ(words_of(all_committed(play(search, scorer, steps_of(120, chunk, 27)))), words_of(world)) << chunk;
  }
}

// Behind the first `true_labels`, the scorer says the last `period` labels again and again and listens where they were said.
class Looping : public TreeScorer {
 public:
  Looping(std::vector<Spoken> world, std::size_t period) : world_(std::move(world)), period_(period) {}

 protected:
  Answer answer(std::span<const Label> labels) override {
    std::size_t at = labels.size();
    if (at >= world_.size()) at = world_.size() - period_ + (at - world_.size()) % period_;
    return {favour(world_[at].label, 0.9F, 40), attend_to(std::min(world_[at].row, rows_ - 1), rows_)};
  }

 private:
  std::vector<Spoken> world_;
  std::size_t period_;
};

TEST(Search, ALoopIsSaidOnce) {
  for (std::size_t period : {1U, 2U, 5U}) {
    Looping scorer({{4, 10}, {6, 20}, {8, 30}, {10, 40}, {12, 50}, {14, 60}}, period);
    Search search(toy_labels(), one_segment());
    const auto words = all_committed(play(search, scorer, steps_of(200, 13, 27)));
    EXPECT_EQ(words_of(words), (std::vector<ToyWord>{{4}, {6}, {8}, {10}, {12}, {14}})) << period;
  }
}

TEST(Search, ACommittedWordKeepsItsTextWhenTheScorerWouldContinueIt) {
  // When the first word is committed, with the horizon at 30 and no look-ahead, the label that continues it has not been heard.
  const std::vector<Spoken> world = {{4, 5}, {5, 31}, {6, 40}};
  WorldScorer scorer(world, {});
  Search search(toy_labels(), one_segment());
  const auto results = play(search, scorer, steps_of(60, 10, 0));
  EXPECT_EQ(words_of(all_committed(results)), (std::vector<ToyWord>{{4}, {6}}));
  EXPECT_EQ(search.committed_labels().size(), 3U) << "the scorer must see what it said";
}

TEST(Search, ScoresRecentCommittedLabelsAgainAndKeepsOlderOnes) {
  std::mt19937 random(3);
  const std::vector<Spoken> world = random_speech(random, 40, 12);
  SearchConfig config = one_segment();
  config.refresh = 60;
  WorldScorer scorer(world, {});
  Search search(toy_labels(), config);
  const Schedule schedule = steps_of(world.back().row + 30, 13, 27);
  std::size_t frozen_before = 0;
  for (std::size_t i = 0; i + 1 < schedule.total.size(); ++i) {
    scorer.hear(schedule.total[i], schedule.horizon[i]);
    search.step(scorer);
    // Committed labels are the first of the world, so their peaks are known: freezing stops before the first recent one.
    const std::size_t committed = search.committed_labels().size();
    std::size_t expected = 0;
    while (expected + 1 < committed && world[expected].row < schedule.total[i] - config.refresh) ++expected;
    EXPECT_EQ(scorer.kept_nodes, expected == 0 ? 0 : expected + 1);
    EXPECT_GE(scorer.kept_nodes, frozen_before);
    frozen_before = scorer.kept_nodes;
  }
  EXPECT_GT(frozen_before, 10U);
  EXPECT_LT(scorer.largest_batch, 30U) << "a batch does not grow with the segment";
}

}  // namespace
}  // namespace attend::decoder
