// Long recordings in segments: no word is lost at a cut, and none is split.
#include <gtest/gtest.h>

#include "decoder/search.hpp"
#include "toy_world.hpp"

namespace attend::decoder {
namespace {

struct Segmented {
  std::vector<ToyWord> words;
  std::vector<std::int32_t> cuts;  ///< rows of the recording
  std::vector<EndReason> reasons;
  std::int32_t longest = 0;  ///< rows heard in one segment
  std::int64_t heard = 0;    ///< rows heard in all segments
};

// A segment hears a word only if it hears its first label from its onset on.
constexpr std::int32_t kOnset = 2;

std::vector<Spoken> from_row(const std::vector<Spoken>& world, std::int32_t row) {
  std::vector<Spoken> part;
  bool word_heard = false;
  for (const Spoken& spoken : world) {
    if (spoken.label % 2 == 0) word_heard = spoken.row - kOnset >= row;
    if (word_heard) part.push_back({spoken.label, spoken.row - row});
  }
  return part;
}

Segmented recognise(const std::vector<Spoken>& world, std::int32_t rows, const SearchConfig& config, const Hearing& hearing,
                    std::int32_t chunk = 13, std::int32_t lookahead = 27) {
  Segmented all;
  std::int32_t start = 0;
  while (start < rows) {
    WorldScorer scorer(from_row(world, start), hearing);
    Search search(toy_labels(), config);
    const Schedule schedule = steps_of(rows - start, chunk, lookahead);
    std::optional<Cut> cut;
    std::vector<Word> words;
    std::size_t step = 0;
    for (; step + 1 < schedule.total.size() && !cut; ++step) {
      scorer.hear(schedule.total[step], schedule.horizon[step]);
      StepResult result = search.step(scorer);
      words.insert(words.end(), result.committed.begin(), result.committed.end());
      cut = result.cut;
    }
    if (!cut) scorer.hear(schedule.total[step], schedule.horizon[step]);
    const StepResult last = search.finish(scorer, cut);
    words.insert(words.end(), last.committed.begin(), last.committed.end());
    for (const Word& word : words) all.words.push_back(word.labels);
    all.longest = std::max(all.longest, static_cast<std::int32_t>(scorer.rows()));
    all.heard += static_cast<std::int64_t>(scorer.rows());
    if (!cut) break;
    start += cut->row;
    all.cuts.push_back(start);
    all.reasons.push_back(cut->reason);
  }
  return all;
}

bool splits_a_word(const std::vector<Spoken>& world, std::int32_t cut) {
  for (std::size_t i = 0; i < world.size(); ++i) {
    if (world[i].label % 2 != 0) continue;
    std::size_t last = i;
    while (last + 1 < world.size() && world[last + 1].label % 2 != 0) ++last;
    if (cut > world[i].row - kOnset && cut <= world[last].row) return true;
  }
  return false;
}

class Recordings : public testing::TestWithParam<std::int32_t> {};

TEST_P(Recordings, LoseNoWordAtACut) {
  const std::int32_t widest_gap = GetParam();
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    const auto world = random_speech(random, 400, widest_gap, 5 + static_cast<std::int32_t>(random() % 300));
    SearchConfig config;
    config.longest = 400;
    const Hearing hearing{.wrong_in_preview = 0.2, .babble_at_edge = seed % 2 == 0, .seed = seed};
    const std::int32_t rows = world.back().row + 1 + static_cast<std::int32_t>(random() % 300);
    const Segmented all = recognise(world, rows, config, hearing);
    EXPECT_EQ(all.words, words_of(world)) << "seed " << seed;
    for (const std::int32_t cut : all.cuts) EXPECT_FALSE(splits_a_word(world, cut)) << cut;
    EXPECT_LE(all.longest, config.longest + 13);
    EXPECT_LE(all.heard, 5 * rows / 2) << "audio is heard about twice at most";
    EXPECT_GT(all.cuts.size(), 5U);
  }
}

// Without a pause anywhere, with pauses now and then, with long silences.
INSTANTIATE_TEST_SUITE_P(Gaps, Recordings, testing::Values(8, 30, 120, 400));

TEST(Endpoints, SilenceEndsASegmentSoon) {
  const std::vector<Spoken> world = {{4, 10}, {6, 20}, {8, 200}, {10, 210}};
  const SearchConfig config;
  const Segmented all = recognise(world, 300, config, {});
  EXPECT_EQ(all.words, words_of(world));
  ASSERT_GE(all.cuts.size(), 2U);
  EXPECT_EQ(all.reasons.front(), EndReason::silence);
  EXPECT_LE(all.cuts.front(), 20 + config.word_tail + config.silence + 13) << "at the first step after enough silence";
}

TEST(Endpoints, SilenceIsHeardInBoundedSegments) {
  const SearchConfig config;
  const Segmented all = recognise({}, 5000, config, {});
  EXPECT_TRUE(all.words.empty());
  EXPECT_LE(all.longest, config.nothing_said + 13);
  for (const EndReason reason : all.reasons) EXPECT_EQ(reason, EndReason::nothing_said);
}

TEST(Endpoints, AForcedCutFallsIntoTheWidestGapThatComes) {
  // Words every 8 rows from 10 to 700; one pause of 24 rows at 330, behind the soft limit of 300.
  std::vector<Spoken> world;
  for (std::int32_t row = 10; row < 700; row += row == 330 ? 24 : 8) world.push_back({4 + 2 * (row % 17), row});
  SearchConfig config;
  config.longest = 400;
  const Segmented all = recognise(world, 730, config, {});
  EXPECT_EQ(all.words, words_of(world));
  ASSERT_FALSE(all.cuts.empty());
  EXPECT_EQ(all.reasons.front(), EndReason::longest);
  EXPECT_GT(all.cuts.front(), 330);
  EXPECT_LT(all.cuts.front(), 354);
}

}  // namespace
}  // namespace attend::decoder
