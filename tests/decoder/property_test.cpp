// What must hold in every world, however it is heard and in whatever chunks: committed is final, and the rules are what docs say.
#include <gtest/gtest.h>

#include "decoder/search.hpp"
#include "naive_search.hpp"
#include "toy_world.hpp"

namespace attend::decoder {
namespace {

/// Chunks and look-aheads that change from step to step, as a host that cannot keep up makes them.
Schedule random_schedule(std::mt19937& random, std::int32_t rows) {
  const auto pick = [&](std::int32_t low, std::int32_t high) {
    return std::uniform_int_distribution<std::int32_t>(low, high)(random);
  };
  Schedule schedule;
  std::int32_t horizon = 0, total = 0;
  while (true) {
    horizon += pick(1, 30);
    total = std::max(total, horizon + pick(0, 40));
    if (total >= rows) break;
    schedule.horizon.push_back(horizon);
    schedule.total.push_back(total);
  }
  schedule.horizon.push_back(rows);
  schedule.total.push_back(rows);
  return schedule;
}

struct Trial {
  std::vector<Spoken> world;
  Hearing hearing;
  Schedule schedule;
  SearchConfig config = one_segment();
};

Trial random_trial(unsigned seed) {
  std::mt19937 random(seed);
  Trial trial;
  trial.world = random_speech(random, 1 + random() % 40, 7 + static_cast<std::int32_t>(random() % 30));
  trial.hearing = {.wrong_in_preview = 0.25 * static_cast<double>(random() % 4), .babble_at_edge = random() % 2 == 0, .seed = seed};
  trial.schedule = random_schedule(random, trial.world.back().row + 1 + static_cast<std::int32_t>(random() % 40));
  trial.config.refresh = static_cast<std::int32_t>(random() % 200);
  trial.config.opening = static_cast<std::int32_t>(random() % 3) * 20;
  trial.config.patience = static_cast<std::int32_t>(random() % 2) * 84;
  return trial;
}

/// Answers at random, but always the same to the same question: nothing can be known of it but that the rules hold.
class Oracle : public TreeScorer {
 public:
  explicit Oracle(unsigned seed) : seed_(seed) {}

 protected:
  Answer answer(std::span<const Label> labels) override {
    std::vector<unsigned> question(labels.begin(), labels.end());
    question.insert(question.end(), {seed_, static_cast<unsigned>(rows_ / 40)});
    std::seed_seq seed(question.begin(), question.end());
    std::mt19937 random(seed);
    const auto pick = [&](std::int32_t low, std::int32_t high) {
      return std::uniform_int_distribution<std::int32_t>(low, high)(random);
    };
    const Label label = pick(0, 9) == 0 ? 2 : pick(4, 9);
    const auto around = 4 * static_cast<std::int32_t>(labels.size());
    return {favour(label, 0.5F, 40), attend_to(std::clamp(pick(around - 12, around + 12), 0, rows_ - 1), rows_)};
  }

 private:
  unsigned seed_;
};

class WithBeam : public testing::TestWithParam<std::int32_t> {};

TEST_P(WithBeam, CommittedIsFinalAndRight) {
  for (unsigned seed = 0; seed < 400U / static_cast<unsigned>(GetParam()); ++seed) {
    Trial trial = random_trial(seed);
    trial.config.beam = GetParam();
    trial.config.window = 50;
    WorldScorer scorer(trial.world, trial.hearing);
    Search search(toy_labels(), trial.config);
    std::int32_t end = 0;
    std::vector<Label> before;
    for (std::size_t i = 0; i < trial.schedule.total.size(); ++i) {
      scorer.hear(trial.schedule.total[i], trial.schedule.horizon[i]);
      const bool last = i + 1 == trial.schedule.total.size();
      const StepResult result = last ? search.finish(scorer) : search.step(scorer);
      const auto labels = search.committed_labels();
      ASSERT_GE(labels.size(), before.size());
      ASSERT_TRUE(std::equal(before.begin(), before.end(), labels.begin())) << "what was committed has changed";
      before.assign(labels.begin(), labels.end());
      for (const auto* words : {&result.committed, &result.tentative}) {
        std::int32_t from = end;
        float stability = 1;
        for (const Word& word : *words) {
          ASSERT_GE(word.first_row, from) << "words overlap";
          ASSERT_GT(word.end_row, word.first_row);
          ASSERT_TRUE(word.confidence >= 0 && word.confidence <= 1);
          ASSERT_TRUE(word.stability >= 0 && word.stability <= stability);
          from = word.end_row;
          stability = word.stability;
        }
        if (words == &result.committed) end = from;
      }
      for (const Word& word : result.committed) ASSERT_EQ(word.stability, 1.0F);
      ASSERT_TRUE(!last || result.tentative.empty());
    }
    // What lies before the horizon is heard rightly, and nothing else may be committed: so the text is what was said.
    std::vector<Label> said;
    for (const Spoken& spoken : trial.world) said.push_back(spoken.label);
    ASSERT_EQ(before, said) << "seed " << seed;
  }
}

TEST_P(WithBeam, CommittedOnlyGrowsWhateverIsSaid) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const Schedule schedule = random_schedule(random, 60 + static_cast<std::int32_t>(random() % 200));
    SearchConfig config = one_segment();
    config.beam = GetParam();
    config.window = static_cast<float>(1 + random() % 8);
    config.agree_within = static_cast<float>(random() % 3);
    config.alternatives = static_cast<std::int32_t>(random() % 4);
    config.patience = static_cast<std::int32_t>(random() % 2) * 30;
    Oracle scorer(seed);
    Search search(toy_labels(), config);
    std::vector<Label> before;
    for (std::size_t i = 0; i < schedule.total.size(); ++i) {
      scorer.hear(schedule.total[i], schedule.horizon[i]);
      const StepResult result = i + 1 < schedule.total.size() ? search.step(scorer) : search.finish(scorer);
      const auto labels = search.committed_labels();
      ASSERT_GE(labels.size(), before.size());
      ASSERT_TRUE(std::equal(before.begin(), before.end(), labels.begin())) << "what was committed has changed";
      before.assign(labels.begin(), labels.end());
      ASSERT_LE(result.alternatives.size(), static_cast<std::size_t>(config.alternatives));
      for (const Reading& reading : result.alternatives) ASSERT_LE(reading.score, 0);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Beams, WithBeam, testing::Values(1, 2, 4, 8));

TEST(SearchProperties, CommittedWordsRestOnSettledRows) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    Trial trial = random_trial(seed);
    trial.config.beam = 1 + static_cast<std::int32_t>(seed % 2) * 3;
    WorldScorer scorer(trial.world, trial.hearing);
    Search search(toy_labels(), trial.config);
    for (std::size_t i = 0; i + 1 < trial.schedule.total.size(); ++i) {
      scorer.hear(trial.schedule.total[i], trial.schedule.horizon[i]);
      search.step(scorer);
      const std::size_t count = search.committed_labels().size();
      ASSERT_TRUE(count == 0 || trial.world[count - 1].row < trial.schedule.horizon[i] - trial.config.commit_guard);
    }
  }
}

TEST(SearchProperties, CommitsWhatThePlainRulesCommitInTheSameSteps) {
  std::size_t committed = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const Schedule schedule = random_schedule(random, 60 + static_cast<std::int32_t>(random() % 200));
    SearchConfig config = one_segment();
    config.opening = static_cast<std::int32_t>(random() % 3) * 20;
    config.patience = static_cast<std::int32_t>(random() % 2) * 30;
    config.jump_back = 10 + static_cast<std::int32_t>(random() % 50);
    config.stall = 3 + static_cast<std::int32_t>(random() % 14);
    config.labels_per_row = 0.1F + 0.1F * static_cast<float>(random() % 3);
    Oracle fast(seed), slow(seed);
    Search search(toy_labels(), config);
    NaiveSearch naive(toy_labels(), config);
    for (std::size_t i = 0; i < schedule.total.size(); ++i) {
      fast.hear(schedule.total[i], schedule.horizon[i]);
      slow.hear(schedule.total[i], schedule.horizon[i]);
      const bool last = i + 1 == schedule.total.size();
      const std::size_t before = search.committed_labels().size();
      last ? search.finish(fast) : search.step(fast);
      const auto labels = search.committed_labels().subspan(before);
      ASSERT_EQ(std::vector<Label>(labels.begin(), labels.end()), naive.step(slow, last)) << "seed " << seed << ", step " << i;
      committed += labels.size();
    }
  }
  EXPECT_GT(committed, 3000U) << "the comparison must not be empty";
}

}  // namespace
}  // namespace attend::decoder
