#include "decoder/label_chooser.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "toy_world.hpp"

namespace attend::decoder {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Likes one label at one place (a number of labels), dislikes all others by nothing. States are places, handed out once.
class Preference : public LabelOpinion {
 public:
  Preference(std::size_t place, Label liked, float by) : place_(place), liked_(liked), by_(by) {}

  OpinionState begin() override { return 0; }
  OpinionState after(OpinionState state, Label) override {
    places_[++last_] = places_.at(state) + 1;
    return last_;
  }
  void judge(OpinionState state, std::span<const Label> candidates, std::span<float> deltas) override {
    asked = std::max(asked, candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      deltas[i] = places_.at(state) == place_ && candidates[i] == liked_ ? by_ : 0;
    }
  }
  void keep(std::span<const OpinionState> states) override {
    const std::set<OpinionState> kept(states.begin(), states.end());
    std::erase_if(places_, [&](const auto& entry) { return entry.first != 0 && !kept.contains(entry.first); });
    states_kept = places_.size();
  }

  std::size_t place_of(OpinionState state) const { return places_.at(state); }

  std::size_t asked = 0;
  std::size_t states_kept = 0;

 private:
  std::size_t place_;
  Label liked_;
  float by_;
  OpinionState last_ = 0;
  std::map<OpinionState, std::size_t> places_ = {{0, 0}};
};

TEST(PeakRow, FirstOfTheLargest) {
  EXPECT_EQ(peak_row(std::vector<float>{0.1F, 0.4F, 0.4F, 0.1F}), 1);
  EXPECT_EQ(peak_row(std::vector<float>{kNan, 0.2F, kNan}), 1);
  EXPECT_EQ(peak_row(std::vector<float>{kNan, kNan}), 0);
}

Choice first_of(LabelChooser& chooser, std::span<const float> log_probs, std::span<const OpinionState> states) {
  return chooser.look({log_probs, {}}, states, 1).best.front();
}

TEST(LabelChooser, WithoutOpinionsTheMostLikelyLabel) {
  LabelChooser chooser(2, 8, {});
  const std::vector<float> scores = {-3, -1, -2, -1};
  const Choice choice = first_of(chooser, scores, {});
  EXPECT_EQ(choice.label, 1);
  EXPECT_EQ(choice.log_prob, -1);
}

TEST(LabelChooser, NoNumbersEndTheSentence) {
  LabelChooser chooser(2, 8, {});
  EXPECT_EQ(first_of(chooser, std::vector<float>(5, kNan), {}).label, 2);
  EXPECT_EQ(first_of(chooser, std::vector<float>{kNan, kNan, kNan, -7}, {}).label, 3);
  Preference opinion(0, 3, 1);
  LabelChooser with_opinion(2, 8, {{&opinion, 1}});
  EXPECT_EQ(first_of(with_opinion, std::vector<float>(5, kNan), with_opinion.begin()).label, 2);
}

TEST(LabelChooser, AnOpinionTipsTheScales) {
  const std::vector<float> scores = {-9, -9, -9, -1, -2, -3};
  Preference opinion(0, 4, 1.5F);
  LabelChooser light(2, 3, {{&opinion, 0.5F}});
  EXPECT_EQ(first_of(light, scores, light.begin()).label, 3) << "half of 1.5 is less than the distance of 1";
  LabelChooser heavy(2, 3, {{&opinion, 1.0F}});
  const Choice choice = first_of(heavy, scores, heavy.begin());
  EXPECT_EQ(choice.label, 4);
  EXPECT_EQ(choice.log_prob, -2) << "the probability stays attention's";
  EXPECT_EQ(opinion.asked, 3U);
}

TEST(LabelChooser, OnlyTheCandidatesAreAskedAbout) {
  const std::vector<float> scores = {-9, -9, -9, -1, -2, -3};
  Preference opinion(0, 5, 100);
  LabelChooser chooser(2, 2, {{&opinion, 1}});
  EXPECT_EQ(first_of(chooser, scores, chooser.begin()).label, 3);
}

TEST(LabelChooser, EqualSumsGoToTheSmallerId) {
  const std::vector<float> scores = {-9, -9, -9, -1, -9, -2};
  Preference opinion(0, 5, 1);
  LabelChooser chooser(2, 4, {{&opinion, 1}});
  EXPECT_EQ(first_of(chooser, scores, chooser.begin()).label, 3);
  const std::vector<float> turned = {-9, -9, -9, -2, -9, -1};
  Preference other(0, 3, 1);
  LabelChooser second(2, 4, {{&other, 1}});
  EXPECT_EQ(first_of(second, turned, second.begin()).label, 3);
}

TEST(Search, OpinionsAreFollowedThroughTheTree) {
  // The third word is heard as 8, the opinion knows it for 10; all else stays.
  const std::vector<Spoken> world = {{4, 10}, {6, 30}, {8, 50}, {12, 70}};
  WorldScorer scorer(world, {});
  Preference opinion(2, 10, 20);
  SearchConfig config = one_segment();
  config.candidates = 40;
  Search search(toy_labels(), config, {{&opinion, 1}});
  EXPECT_EQ(words_of(all_committed(play(search, scorer, steps_of(120, 13, 27)))), (std::vector<ToyWord>{{4}, {6}, {10}, {12}}));
  EXPECT_LE(opinion.states_kept, 2U) << "states of forgotten hypotheses are given back";
}

TEST(Search, AnOpinionWithoutWeightChangesNothing) {
  std::mt19937 random(2);
  const auto world = random_speech(random, 30, 20);
  const auto schedule = steps_of(world.back().row + 20, 13, 27);
  WorldScorer first({world}, {.wrong_in_preview = 0.3}), second({world}, {.wrong_in_preview = 0.3});
  Preference opinion(2, 10, 20);
  Search plain(toy_labels(), one_segment()), weighed(toy_labels(), one_segment(), {{&opinion, 0}});
  const auto a = play(plain, first, schedule), b = play(weighed, second, schedule);
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(words_of(a[i].committed), words_of(b[i].committed));
    EXPECT_EQ(words_of(a[i].tentative), words_of(b[i].tentative));
  }
}

/// Lends a label something at one place, and takes it back, whatever follows.
class Lender : public Preference {
 public:
  Lender(std::size_t place, Label liked, float by) : Preference(place, liked, by), place_(place), by_(by) {}

  void judge(OpinionState state, std::span<const Label> candidates, std::span<float> deltas) override {
    Preference::judge(state, candidates, deltas);
    if (place_of(state) == place_ + 1) std::ranges::fill(deltas, -by_);
  }

 private:
  std::size_t place_;
  float by_;
};

// The label, one of those that opinions are asked about, is lent enough to lead where the text ends; nobody said it.
TEST(Search, WhatAnOpinionLendsDoesNotKeepATextFromEnding) {
  const std::vector<Spoken> world = {{4, 10}, {6, 30}};
  for (const float lent : {0.0F, 7.0F}) {
    Lender opinion(2, 4, lent);
    WorldScorer scorer(world, {});
    SearchConfig config = one_segment();
    config.window = 3;
    Search search(toy_labels(), config, {{&opinion, 1}});
    EXPECT_EQ(words_of(all_committed(play(search, scorer, steps_of(100, 13, 27)))), words_of(world)) << lent;
  }
}

}  // namespace
}  // namespace attend::decoder
