// The other order: an opinion names labels, attention verifies them and names its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "decoder/ctc_opinion.hpp"
#include "decoder/search.hpp"
#include "random_texts.hpp"
#include "toy_posteriors.hpp"
#include "toy_world.hpp"

namespace attend::decoder {
namespace {

/// Every label from 4 on is a symbol of its own.
LabelSpelling words_as_symbols(std::int32_t labels) {
  LabelSpelling spelling = LabelSpelling::plain(static_cast<std::size_t>(labels));
  std::fill_n(spelling.doubtful.begin(), 4, true);
  return spelling;
}

constexpr std::int32_t kLabels = 24;
constexpr std::size_t kLongest = 3;
const LabelSpelling kSpelling = words_as_symbols(kLabels);
const SpellingTrie kTrie(kSpelling);

struct Best {
  std::vector<Label> labels;
  double score = -std::numeric_limits<double>::infinity();
};

/// Tries every text: attention's log-probability and that of the sound, summed.
void try_all(const RandomTexts& world, CtcOpinion& sound, std::vector<Label>& labels, OpinionState state, double score,
             Best& best) {
  const std::vector<float> says = world.log_probs_after(labels);
  const double ended = score + static_cast<double>(says[2]) + sound.log_whole(state);
  if (ended > best.score) best = {labels, ended};
  if (labels.size() == kLongest) return;
  for (Label label = 4; label < kLabels; ++label) {
    labels.push_back(label);
    try_all(world, sound, labels, sound.after(state, label), score + static_cast<double>(says[static_cast<std::size_t>(label)]),
            best);
    labels.pop_back();
  }
}

std::vector<Label> found(RandomTexts& world, const Posteriors& posteriors, std::size_t proposals, std::int32_t candidates) {
  CtcOpinion sound(posteriors, kSpelling, 2, &kTrie);
  SearchConfig config = one_segment();
  config.window = config.end_within = 1000;
  config.candidates = candidates;
  Search search(toy_labels(kLabels), config, {{&sound, 1, proposals}});
  world.hear(90, 90);
  search.finish(world);
  return {search.committed_labels().begin(), search.committed_labels().end()};
}

// Attention that likes anything, and a head that is nearly sure of what was said: the best text is mostly one that attention alone
// would never have tried.
TEST(Proposals, BringTheBestOfAllTextsWhereAttentionNamesItsLabelsNot) {
  std::mt19937 random(3);
  constexpr int worlds = 25;
  int attention_names = 0, sound_names = 0, all_named = 0;
  for (unsigned seed = 0; seed < worlds; ++seed) {
    RandomTexts world(seed, kLabels, kLongest);
    std::vector<Symbol> said(kLongest);
    for (Symbol& symbol : said) symbol = static_cast<Symbol>(4 + random() % (kLabels - 4));
    const Matrix posteriors = sure_matrix(said, kLabels, 0.001F);
    CtcOpinion sound(posteriors, kSpelling, 2);
    Best best;
    std::vector<Label> labels;
    try_all(world, sound, labels, sound.begin(), 0, best);
    attention_names += found(world, posteriors, 0, 4) == best.labels;
    sound_names += found(world, posteriors, 4, 1) == best.labels;
    all_named += found(world, posteriors, 0, kLabels) == best.labels;
  }
  EXPECT_EQ(all_named, worlds) << "worlds in which a beam of 4 loses nothing that was named";
  EXPECT_EQ(sound_names, worlds);
  EXPECT_LT(attention_names, worlds / 2);
}

/// Gives the third label to others: eight are likelier.
void mishears_the_third(std::vector<float>& log_probs, std::size_t place, std::int32_t) {
  if (place != 2) return;
  log_probs.assign(log_probs.size(), std::log(0.01F));
  for (std::size_t label = 20; label < 36; label += 2) log_probs[label] = std::log(0.08F);
}

const std::vector<Spoken> kWorld = {{4, 10}, {6, 30}, {8, 50}, {10, 70}};
const LabelSpelling kForty = words_as_symbols(40);
const SpellingTrie kFortyTrie(kForty);

std::vector<ToyWord> streamed(TreeScorer& scorer, std::vector<WeightedOpinion> opinions, std::int32_t candidates = 8) {
  SearchConfig config = one_segment();
  config.window = 3;
  config.candidates = candidates;
  Search search(toy_labels(), config, std::move(opinions));
  return words_of(all_committed(play(search, scorer, steps_of(110, 13, 27))));
}

TEST(Proposals, ALabelThatAttentionHardlyKnowsIsFoundInTheStream) {
  const Matrix posteriors = sure_matrix({4, 6, 8, 10}, 40, 1e-4F);
  for (const std::size_t proposals : {0U, 1U}) {
    CtcOpinion sound(posteriors, kForty, 2, &kFortyTrie);
    MisheardWorld scorer(kWorld, mishears_the_third);
    EXPECT_EQ(streamed(scorer, {{&sound, 1, proposals}}) == words_of(kWorld), proposals > 0);
  }
}

// The head hears the third word as another. Attention, asked about it, gives it nothing, and names the right one.
TEST(Proposals, AttentionCountersWithALabelThatTheSoundLeavesOut) {
  const Matrix posteriors = sure_matrix({4, 6, 12, 10}, 40, 0.005F);
  CtcOpinion sound(posteriors, kForty, 2, &kFortyTrie);
  std::vector<Label> proposed;
  sound.propose(sound.after(sound.after(sound.begin(), 4), 6), 1, proposed);
  ASSERT_EQ(proposed, std::vector<Label>{12});
  WorldScorer scorer(kWorld, {});
  EXPECT_EQ(streamed(scorer, {{&sound, 0.3F, 1}}, 1), words_of(kWorld));
}

/// A number in digits: nobody knows how it is spoken, so it is never proposed.
TEST(Proposals, AttentionCountersWithALabelThatCannotBeSpelt) {
  LabelSpelling spelling = kForty;
  spelling.doubtful[8] = true;
  const SpellingTrie trie(spelling);
  const Matrix posteriors = sure_matrix({4, 6, 12, 10}, 40, 1e-4F);
  CtcOpinion sound(posteriors, spelling, 2, &trie);
  WorldScorer scorer(kWorld, {});
  EXPECT_EQ(streamed(scorer, {{&sound, 0.1F, 3}}, 1), words_of(kWorld));
}

/// Names labels, and likes them all alike; counts how often it is asked.
class Naming : public LabelOpinion {
 public:
  explicit Naming(std::vector<Label> labels, float liking = 0) : labels_(std::move(labels)), liking_(liking) {}

  OpinionState begin() override { return 0; }
  OpinionState after(OpinionState, Label) override { return 0; }
  void judge(OpinionState, std::span<const Label> candidates, std::span<float> deltas) override {
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      deltas[i] = std::ranges::find(labels_, candidates[i]) == labels_.end() ? 0 : liking_;
    }
  }
  void propose(OpinionState, std::size_t count, std::vector<Label>& labels) override {
    ++asked;
    for (std::size_t i = 0; i < std::min(count, labels_.size()); ++i) labels.push_back(labels_[i]);
  }
  void keep(std::span<const OpinionState>) override {}

  int asked = 0;

 private:
  std::vector<Label> labels_;
  float liking_;
};

void expect_same(const std::vector<StepResult>& a, const std::vector<StepResult>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(words_of(a[i].committed), words_of(b[i].committed));
    EXPECT_EQ(words_of(a[i].tentative), words_of(b[i].tentative));
    for (std::size_t k = 0; k < a[i].tentative.size(); ++k) EXPECT_EQ(a[i].tentative[k].stability, b[i].tentative[k].stability);
  }
}

TEST(Proposals, WithoutAProposerAllIsAsBefore) {
  std::mt19937 random(12);
  for (unsigned seed = 0; seed < 10; ++seed) {
    const auto world = random_speech(random, 20, 20);
    const auto schedule = steps_of(world.back().row + 20, 13, 27);
    const Hearing hearing{.wrong_in_preview = 0.3, .seed = seed};
    WorldScorer plain(world, hearing), silent(world, hearing), said_already(world, hearing), nonsense(world, hearing);
    Naming not_asked({30}), none({}), impossible({-1, 40, 1000});
    Search without(toy_labels(), one_segment()), with_one(toy_labels(), one_segment(), {{&not_asked, 1}});
    Search with_none(toy_labels(), one_segment(), {{&none, 1, 5}}),
        with_nonsense(toy_labels(), one_segment(), {{&impossible, 1, 5}});
    const auto expected = play(without, plain, schedule);
    expect_same(expected, play(with_one, silent, schedule));
    expect_same(expected, play(with_none, said_already, schedule));
    expect_same(expected, play(with_nonsense, nonsense, schedule));
    EXPECT_EQ(not_asked.asked, 0);
    EXPECT_GT(none.asked, 0);
  }
}

TEST(Proposals, ALabelStandsOnceHoweverOftenItIsNamed) {
  const std::vector<float> scores = {-9, -9, -9, -1, -2, -3};
  Naming opinion({3, 5, 5, 0}, 10);
  LabelChooser chooser(2, 2, {{&opinion, 1, 3}});
  const std::vector<Choice> best = chooser.look({scores, {}}, chooser.begin(), 3).best;
  ASSERT_EQ(best.size(), 3U);
  const std::vector<Label> labels = {best[0].label, best[1].label, best[2].label};
  EXPECT_EQ(labels, (std::vector<Label>{3, 5, 4})) << "0 is beyond the three that it may name";
  EXPECT_EQ(best[1].log_prob, -3) << "attention verifies";
}

}  // namespace
}  // namespace attend::decoder
