// The beam against the best of all label sequences, found by trying every one.
#include <gtest/gtest.h>

#include <limits>

#include "decoder/search.hpp"
#include "random_texts.hpp"
#include "toy_world.hpp"

namespace attend::decoder {
namespace {

constexpr std::int32_t kLabels = 10;
constexpr std::size_t kLongest = 6;

struct Best {
  std::vector<Label> labels;
  double score = -std::numeric_limits<double>::infinity();
};

double score_of(const RandomTexts& world, const std::vector<Label>& labels) {
  double score = 0;
  for (std::size_t i = 0; i <= labels.size(); ++i) {
    const Label next = i < labels.size() ? labels[i] : 2;
    score += static_cast<double>(world.log_probs_after(std::span(labels).first(i))[static_cast<std::size_t>(next)]);
  }
  return score;
}

void try_all(const RandomTexts& world, std::vector<Label>& labels, double score, Best& best) {
  if (score <= best.score) return;  // log-probabilities only lower it
  const std::vector<float> says = world.log_probs_after(labels);
  if (const double ended = score + static_cast<double>(says[2]); ended > best.score) best = {labels, ended};
  if (labels.size() == kLongest) return;
  for (Label label = 4; label < kLabels; ++label) {
    labels.push_back(label);
    try_all(world, labels, score + static_cast<double>(says[static_cast<std::size_t>(label)]), best);
    labels.pop_back();
  }
}

Best best_of_all(const RandomTexts& world) {
  Best best;
  std::vector<Label> labels;
  try_all(world, labels, 0, best);
  return best;
}

std::vector<Label> found_by(std::int32_t beam, RandomTexts& world) {
  SearchConfig config = one_segment();
  config.beam = beam;
  config.window = config.end_within = 1000;
  Search search(toy_labels(kLabels), config);
  world.hear(90, 90);
  search.finish(world);
  return {search.committed_labels().begin(), search.committed_labels().end()};
}

TEST(Beam, FindsTheBestOfAllTextsWhereGreedyMissesIt) {
  int greedy = 0, four = 0, wide = 0;
  constexpr int worlds = 40;
  for (unsigned seed = 0; seed < worlds; ++seed) {
    RandomTexts world(seed, kLabels, kLongest);
    const Best best = best_of_all(world);
    greedy += found_by(1, world) == best.labels;
    four += found_by(4, world) == best.labels;
    wide += found_by(400, world) == best.labels;
    EXPECT_GE(score_of(world, found_by(400, world)), best.score - 1e-6) << seed;
  }
  EXPECT_EQ(wide, worlds) << "a beam that drops hardly anything finds it always";
  EXPECT_LT(greedy, worlds / 2) << "worlds in which greedy does not often find it";
  EXPECT_GT(four, greedy + worlds / 4);
}

// The first label is more likely by itself, but what must follow it is not.
TEST(Beam, LeavesAGardenPath) {
  class GardenPath : public TreeScorer {
    Answer answer(std::span<const Label> labels) override {
      const auto row = 5 + 10 * static_cast<std::int32_t>(labels.size());
      if (labels.size() >= 2) return {favour(2, 0.9F, 40), attend_to(rows_ - 1, rows_)};
      std::vector<float> says = favour(8, labels.empty() || labels[0] == 6 ? 0.9F : 0.1F, 40);
      if (labels.empty()) {
        says = favour(4, 0.5F, 40);
        says[6] = std::log(0.45F);
      }
      return {says, attend_to(std::min(row, rows_ - 1), rows_)};
    }
  };
  for (const auto& [beam, first] : {std::pair<std::int32_t, Label>{1, 4}, {2, 6}, {4, 6}}) {
    GardenPath scorer;
    SearchConfig config = one_segment();
    config.beam = beam;
    Search search(toy_labels(), config);
    const auto words = words_of(all_committed(play(search, scorer, steps_of(60, 13, 27))));
    ASSERT_EQ(words.size(), 2U) << beam;
    EXPECT_EQ(words.front(), (ToyWord{first})) << beam;
  }
}

// Every label is half sure, so that the whole text is less likely than an end right away, which nowhere leads.
TEST(Beam, DoesNotEndWhereTheEndDoesNotLead) {
  const std::vector<Spoken> world = {{4, 10}, {6, 30}, {8, 50}, {10, 70}};
  for (const float within : {0.0F, 0.5F, 10.0F}) {
    MisheardWorld scorer(world, [](std::vector<float>& log_probs, std::size_t place, std::int32_t) {
      if (place >= 4) return;
      log_probs = favour(4 + 2 * static_cast<Label>(place), 0.5F, 40);
      log_probs[2] = std::log(0.2F);
    });
    SearchConfig config = one_segment();
    config.window = 3;
    config.end_within = within;
    Search search(toy_labels(), config);
    scorer.hear(90, 90);
    const auto words = words_of(search.finish(scorer).committed);
    EXPECT_EQ(words == words_of(world), within < std::log(0.5F / 0.2F)) << within;
  }
}

TEST(Beam, ScoresADepthInOneBatchAndWhatIsKnownInOneForAll) {
  std::mt19937 random(4);
  const auto world = random_speech(random, 30, 12);
  SearchConfig config = one_segment();
  config.beam = 4;
  config.window = 50;
  WorldScorer scorer(world, {.wrong_in_preview = 0.3});
  Search search(toy_labels(), config);
  const Schedule schedule = steps_of(world.back().row + 30, 13, 27);
  for (std::size_t i = 0; i + 1 < schedule.total.size(); ++i) {
    scorer.hear(schedule.total[i], schedule.horizon[i]);
    const auto before = search.committed_labels().size();
    search.step(scorer);
    const auto bound = static_cast<std::size_t>(config.labels_per_row * static_cast<float>(schedule.total[i])) + 8;
    EXPECT_LE(scorer.calls_in_step, bound - before + 1);
  }
}

TEST(Beam, CommitsOnlyWhatAllHypothesesNearTheBestShare) {
  // The second word is 6 or 8; which, only a clear majority says.
  const std::vector<Spoken> world = {{4, 10}, {6, 30}, {10, 50}, {12, 70}, {14, 90}};
  for (const auto& [likely, early] : {std::pair<float, bool>{0.6F, false}, {0.95F, true}}) {
    MisheardWorld scorer(world, [sure = likely](std::vector<float>& log_probs, std::size_t place, std::int32_t) {
      if (place != 1) return;
      log_probs = favour(6, sure, 40);
      log_probs[8] = std::log(0.99F - sure);
    });
    SearchConfig config = one_segment();
    config.beam = 4;
    config.agree_within = 2;
    Search search(toy_labels(), config);
    const auto results = play(search, scorer, steps_of(110, 10, 20));
    EXPECT_EQ(words_of(all_committed(results)), words_of(world));
    std::size_t before_the_final = 0;
    for (std::size_t i = 0; i + 1 < results.size(); ++i) before_the_final += results[i].committed.size();
    EXPECT_EQ(before_the_final > 1, early) << likely;
  }
}

TEST(Beam, ShowsWhatWasShownWhileItIsNearlyTheBest) {
  // The second word is 6 in one step, and 8 in the next.
  const auto wavers = [](std::vector<float>& log_probs, std::size_t place, std::int32_t rows) {
    if (place != 1) return;
    const bool even = rows % 20 == 0;
    log_probs = favour(even ? 6 : 8, 0.55F, 40);
    log_probs[even ? 8 : 6] = std::log(0.4F);
  };
  for (const float within : {0.0F, 0.1F, 0.5F}) {
    MisheardWorld scorer({{4, 10}, {6, 30}, {10, 50}, {12, 60}}, wavers);
    SearchConfig config = one_segment();
    config.beam = 2;
    config.opening = 1000;
    config.show_within = within;
    Search search(toy_labels(), config);
    std::vector<Label> shown;
    for (const StepResult& result : play(search, scorer, steps_of(150, 10, 20))) {
      if (result.tentative.size() > 1) shown.push_back(result.tentative[1].labels.front());
    }
    ASSERT_GT(shown.size(), 5U);
    const bool stays = std::ranges::all_of(shown, [&](Label label) { return label == shown.front(); });
    EXPECT_EQ(stays, within > std::log(0.55F / 0.4F)) << within;
  }
}

}  // namespace
}  // namespace attend::decoder
