// Whatever a scorer says, the search ends within its bounds: loops and runaway text are impossible by construction.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "decoder/search.hpp"
#include "toy_world.hpp"

namespace attend::decoder {
namespace {

using Say = std::function<Answer(std::size_t labels, std::int32_t rows, std::mt19937& random)>;

class Adversary : public TreeScorer {
 public:
  explicit Adversary(Say say) : say_(std::move(say)) {}

 protected:
  Answer answer(std::span<const Label> labels) override { return say_(labels.size(), rows_, random_); }

 private:
  Say say_;
  std::mt19937 random_{7};
};

std::int32_t any_row(std::mt19937& random, std::int32_t rows) {
  return static_cast<std::int32_t>(random() % static_cast<unsigned>(rows));
}

const std::vector<std::pair<const char*, Say>> kAdversaries = {
    {"always the same word at the same row",
     [](auto, auto rows, auto&) {
       return Answer{favour(4, 0.9F, 40), attend_to(0, rows)};
     }},
    {"the same word, always a row later",
     [](auto labels, auto rows, auto&) {
       return Answer{favour(4, 0.9F, 40), attend_to(std::min<std::int32_t>(static_cast<std::int32_t>(labels), rows - 1), rows)};
     }},
    {"one endless word",
     [](auto, auto rows, auto&) {
       return Answer{favour(5, 0.9F, 40), attend_to(rows / 2, rows)};
     }},
    {"another word every time, at the same row",
     [](auto labels, auto rows, auto&) {
       return Answer{favour(4 + 2 * static_cast<Label>(labels * 7 % 17), 0.9F, 40), attend_to(3 % rows, rows)};
     }},
    {"anything anywhere",
     [](auto, auto rows, auto& random) {
       return Answer{favour(static_cast<Label>(random() % 40), 0.5F, 40), attend_to(any_row(random, rows), rows)};
     }},
    {"anything in the middle",
     [](auto, auto rows, auto& random) {
       return Answer{favour(4 + static_cast<Label>(random() % 36), 0.5F, 40), attend_to(rows / 2, rows)};
     }},
    {"jumping between the ends",
     [](auto labels, auto rows, auto&) {
       return Answer{favour(4, 0.5F, 40), attend_to(labels % 2 == 0 ? 0 : rows * 3 / 4, rows)};
     }},
    {"nothing but the edge",
     [](auto, auto rows, auto&) {
       return Answer{favour(4, 0.9F, 40), attend_to(rows - 1, rows)};
     }},
    {"nothing but the end",
     [](auto, auto rows, auto&) {
       return Answer{favour(2, 0.9F, 40), attend_to(0, rows)};
     }},
    {"the label that begins texts",
     [](auto, auto rows, auto&) {
       return Answer{favour(1, 0.9F, 40), attend_to(0, rows)};
     }},
    {"no numbers",
     [](auto, auto rows, auto&) {
       const float nan = std::numeric_limits<float>::quiet_NaN();
       return Answer{std::vector<float>(40, nan), std::vector<float>(static_cast<std::size_t>(rows), nan)};
     }},
    {"numbers at first",
     [](auto labels, auto rows, auto&) {
       if (labels > 2) {
         return Answer{std::vector<float>(40, std::numeric_limits<float>::quiet_NaN()), attend_to(rows / 4, rows)};
       }
       return Answer{std::vector<float>(40, -3.0F), attend_to(static_cast<std::int32_t>(labels), rows)};
     }},
    {"words without attention",
     [](auto labels, auto rows, auto&) {
       const float nan = std::numeric_limits<float>::quiet_NaN();
       return Answer{favour(4 + static_cast<Label>(labels * 3 % 30), 0.9F, 40),
                     std::vector<float>(static_cast<std::size_t>(rows), nan)};
     }},
    {"infinite scores",
     [](auto, auto rows, auto& random) {
       const float infinity = std::numeric_limits<float>::infinity();
       std::vector<float> scores(40, -infinity);
       scores[4 + random() % 30] = infinity;
       return Answer{scores, std::vector<float>(static_cast<std::size_t>(rows), 0.0F)};
     }},
};

class Adversaries : public testing::TestWithParam<std::int32_t> {};  // beam

TEST_P(Adversaries, StayWithinTheBounds) {
  for (const auto& [name, say] : kAdversaries) {
    SCOPED_TRACE(name);
    SearchConfig config;
    config.longest = 400;
    config.beam = GetParam();
    Adversary scorer(say);
    Search search(toy_labels(), config);
    std::int32_t total = 0;
    std::optional<Cut> cut;
    while (!cut) {
      total += 13;
      scorer.hear(total, std::max(total - 27, 0));
      cut = search.step(scorer).cut;
      const std::size_t bound = static_cast<std::size_t>(std::floor(static_cast<double>(config.labels_per_row) * total)) + 8;
      ASSERT_LE(search.committed_labels().size(), bound);
      ASSERT_LE(scorer.calls_in_step, bound + 1);
      ASSERT_LE(scorer.largest_batch, static_cast<std::size_t>(config.beam) * bound + 1);
      ASSERT_LT(total, config.longest + 13) << "no segment outgrows its limit";
    }
    ASSERT_GT(cut->row, 0);
    ASSERT_LE(cut->row, total);
    search.finish(scorer, cut);
    EXPECT_LE(search.committed_labels().size(), static_cast<std::size_t>(config.labels_per_row * static_cast<float>(total)) + 9);
  }
}

TEST_P(Adversaries, EndAtTheEnd) {
  for (const auto& [name, say] : kAdversaries) {
    SCOPED_TRACE(name);
    Adversary scorer(say);
    SearchConfig config = one_segment();
    config.beam = GetParam();
    config.alternatives = 4;
    Search search(toy_labels(), config);
    const auto results = play(search, scorer, steps_of(300, 13, 27));
    for (const auto& result : results) {
      for (const Reading& reading : result.alternatives) EXPECT_LE(reading.score, 0);  // and a number
    }
    const auto words = all_committed(results);
    EXPECT_LE(search.committed_labels().size(), 68U);
    for (const Word& word : words) EXPECT_TRUE(word.confidence >= 0 && word.confidence <= 1);
  }
}

TEST_P(Adversaries, AWordThatIsNotHeardAgainIsSaidOnce) {
  Adversary scorer(kAdversaries[0].second);
  SearchConfig config = one_segment();
  config.beam = GetParam();
  Search search(toy_labels(), config);
  EXPECT_EQ(all_committed(play(search, scorer, steps_of(300, 13, 27))).size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Beams, Adversaries, testing::Values(1, 4));

}  // namespace
}  // namespace attend::decoder
