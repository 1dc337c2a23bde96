// CTC prefix probabilities against a sum over all paths, and against the published example.
#include "decoder/ctc_opinion.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "toy_posteriors.hpp"
#include "tree_scorer.hpp"

namespace attend::decoder {
namespace {

using Text = std::vector<Label>;

const Matrix kPublished({{.25F, .40F, .35F}, {.40F, .35F, .25F}, {.10F, .50F, .40F}});

const LabelSpelling kThree = LabelSpelling::plain(3), kFour = LabelSpelling::plain(4);

/// The probability of each text, summed over all paths that spell it.
std::map<Text, double> all_texts(const Posteriors& posteriors, std::size_t labels) {
  std::map<Text, double> texts;
  std::vector<std::size_t> path(posteriors.rows(), 0);
  while (true) {
    double log_prob = 0;
    Text text;
    for (std::size_t row = 0; row < path.size(); ++row) {
      log_prob += static_cast<double>(posteriors.row(row)[path[row]]);
      if (path[row] != 0 && (row == 0 || path[row - 1] != path[row])) text.push_back(static_cast<Label>(path[row]));
    }
    texts[text] += std::exp(log_prob);
    std::size_t at = 0;
    while (at < path.size() && ++path[at] == labels) path[at++] = 0;
    if (at == path.size()) return texts;
  }
}

bool begins_with(const Text& text, const Text& prefix) {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin());
}

OpinionState state_of(CtcOpinion& opinion, const Text& text) {
  OpinionState state = opinion.begin();
  for (const Label label : text) state = opinion.after(state, label);
  return state;
}

/// The three best texts by the prefix beam search of the literature: per row, keep `beam` prefixes. What `CtcOpinion` gives for all
/// rows is not pruned; the example's numbers are.
std::map<Text, double> prefix_beam(const Posteriors& posteriors, std::size_t beam) {
  struct Mass {
    double label = 0, blank = 0;
  };
  std::map<Text, Mass> kept = {{{}, {0, 1}}};
  for (std::size_t row = 0; row < posteriors.rows(); ++row) {
    std::map<Text, Mass> next;
    for (const auto& [text, mass] : kept) {
      const auto says = posteriors.row(row);
      next[text].blank += (mass.label + mass.blank) * std::exp(static_cast<double>(says[0]));
      if (!text.empty())
        next[text].label += mass.label * std::exp(static_cast<double>(says[static_cast<std::size_t>(text.back())]));
      for (std::size_t label = 1; label < says.size(); ++label) {
        Text longer = text;
        longer.push_back(static_cast<Label>(label));
        const bool again = !text.empty() && text.back() == static_cast<Label>(label);
        next[longer].label += (again ? mass.blank : mass.label + mass.blank) * std::exp(static_cast<double>(says[label]));
      }
    }
    std::vector<std::pair<double, Text>> order;
    for (const auto& [text, mass] : next) order.emplace_back(-(mass.label + mass.blank), text);
    std::sort(order.begin(), order.end());
    kept.clear();
    for (std::size_t i = 0; i < std::min(beam, order.size()); ++i) kept[order[i].second] = next[order[i].second];
  }
  std::map<Text, double> probabilities;
  for (const auto& [text, mass] : kept) probabilities[text] = mass.label + mass.blank;
  return probabilities;
}

TEST(CtcOpinion, ThePublishedExample) {
  const auto pruned = prefix_beam(kPublished, 3);
  ASSERT_EQ(pruned.size(), 3U);
  EXPECT_NEAR(pruned.at({2, 1}), 0.2185, 1e-6);
  EXPECT_NEAR(pruned.at({1, 2}), 0.1550, 1e-6);
  EXPECT_NEAR(pruned.at({1}), 0.1525, 1e-6);
  // Over all paths the first is the same; on the way to the others the beam dropped {1, 2} and {} at the second row.
  CtcOpinion opinion(kPublished, kThree, 9);
  EXPECT_NEAR(std::exp(opinion.log_whole(state_of(opinion, {2, 1}))), 0.2185, 1e-6);
  EXPECT_NEAR(std::exp(opinion.log_whole(state_of(opinion, {1, 2}))), 0.1550 + 0.0500, 1e-6);
  EXPECT_NEAR(std::exp(opinion.log_whole(state_of(opinion, {1}))), 0.1525 + 0.0500, 1e-6);
}

TEST(CtcOpinion, PrefixesAndWholesAreSumsOverAllPaths) {
  std::mt19937 random(5);
  for (int trial = 0; trial < 10; ++trial) {
    const Matrix matrix = random_matrix(random, 5, 3);
    const auto texts = all_texts(matrix, 3);
    CtcOpinion opinion(matrix, kFour, 9);
    for (const Text& prefix : {Text{}, {1}, {2}, {1, 1}, {1, 2}, {2, 2, 1}, {1, 1, 1}, {1, 2, 1, 2, 1}, {1, 1, 1, 1}}) {
      double begun = 0;
      for (const auto& [text, probability] : texts) begun += begins_with(text, prefix) ? probability : 0;
      EXPECT_NEAR(std::exp(opinion.log_prefix(state_of(opinion, prefix))), begun, 1e-6);
      EXPECT_NEAR(std::exp(opinion.log_whole(state_of(opinion, prefix))), texts.contains(prefix) ? texts.at(prefix) : 0, 1e-6);
    }
  }
}

TEST(CtcOpinion, JudgesByWhatALabelAdds) {
  std::mt19937 random(6);
  const Matrix matrix = random_matrix(random, 6, 4);
  CtcOpinion opinion(matrix, kFour, 9);
  for (const Text& text : {Text{}, {1}, {2, 2}, {3, 1, 3}}) {
    const OpinionState state = state_of(opinion, text);
    const std::vector<Label> candidates = {1, 9, 2, 3, 77};
    std::vector<float> deltas(candidates.size());
    opinion.judge(state, candidates, deltas);
    double all = 0;
    for (std::size_t i : {0U, 1U, 2U, 3U}) all += std::exp(static_cast<double>(deltas[i]));
    EXPECT_NEAR(all, 1, 1e-5) << "a text ends or goes on with one of the labels";
    for (std::size_t i : {0U, 2U, 3U}) {
      EXPECT_NEAR(deltas[i], opinion.log_prefix(opinion.after(state, candidates[i])) - opinion.log_prefix(state), 1e-5);
    }
    EXPECT_EQ(deltas[4], 0) << "nothing is known of how that label is spoken";
    EXPECT_EQ(opinion.after(opinion.after(state, 77), 1), opinion.after(state, 77)) << "nor of what follows it";
  }
}

TEST(CtcOpinion, RowsThatComeInStepsGiveWhatAllAtOnceGive) {
  std::mt19937 random(7);
  const std::vector<Text> texts = {{1}, {1, 2}, {1, 2, 2}, {3}};
  const Matrix whole = random_matrix(random, 20, 4);
  Matrix growing = random_matrix(random, 6, 4);
  growing.settled = 0;
  CtcOpinion steps(growing, kFour, 9), once(whole, kFour, 9);
  std::vector<OpinionState> states;
  for (const Text& text : texts) states.push_back(state_of(steps, text));
  for (std::size_t settled : {4U, 9U, 15U, 20U}) {
    // Rows behind the settled ones are others in each step.
    std::vector<std::vector<float>> rows;
    for (std::size_t row = 0; row < std::min<std::size_t>(settled + 5, 20); ++row) {
      const Matrix other = random_matrix(random, 1, 4);
      const auto says = row < settled ? whole.row(row) : other.row(0);
      rows.emplace_back();
      for (const float value : says) rows.back().push_back(std::exp(value));
    }
    growing.become(Matrix(rows));
    growing.settled = settled;
    for (const OpinionState state : states) steps.log_prefix(state);
    steps.keep(states);
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_NEAR(steps.log_prefix(states[i]), once.log_prefix(state_of(once, texts[i])), 1e-5);
    EXPECT_NEAR(steps.log_whole(states[i]), once.log_whole(state_of(once, texts[i])), 1e-5);
  }
}

TEST(CtcOpinion, ForgetsWhatIsNotKept) {
  CtcOpinion opinion(kPublished, kThree, 9);
  const OpinionState kept = state_of(opinion, {1, 2});
  for (int i = 0; i < 10; ++i) state_of(opinion, {2, 1});
  const double before = opinion.log_prefix(kept);
  opinion.keep(std::vector<OpinionState>{kept});
  EXPECT_EQ(opinion.prefixes(), 3U) << "the kept one and those on its way";
  EXPECT_EQ(opinion.log_prefix(kept), before);
}

/// Labels over the symbols a = 1, b = 2 and gap = 3.
const LabelSpelling kLetters = {.symbols = {{}, {1}, {1, 2}, {2}, {}, {2, 1}, {1}},
                                .begins_word = {false, true, true, false, true, false, false},
                                .doubtful = {false, false, false, false, false, false, true},
                                .gap = 3};

// Labels written as letters: the probability of a label is that of its letters, a gap between words and none before the first.
TEST(CtcOpinion, LabelsAreTheirLetters) {
  std::mt19937 random(8);
  const std::vector<std::pair<Text, Text>> written = {{{1}, {1}},          {{2, 1}, {1, 2, 3, 1}}, {{2, 3}, {1, 2, 2}},
                                                      {{3, 0, 3}, {2, 2}}, {{1, 4, 3}, {1, 3, 2}}, {{4, 5}, {2, 1}}};
  for (int trial = 0; trial < 5; ++trial) {
    const Matrix matrix = random_matrix(random, 7, 4);
    const auto texts = all_texts(matrix, 4);
    const auto begun = [&](const Text& letters) {
      double sum = 0;
      for (const auto& [text, probability] : texts) sum += begins_with(text, letters) ? probability : 0;
      return sum;
    };
    CtcOpinion opinion(matrix, kLetters, 9);
    for (const auto& [labels, letters] : written) {
      const OpinionState state = state_of(opinion, labels);
      EXPECT_NEAR(opinion.log_prefix(state), std::log(begun(letters)), 1e-6);
      EXPECT_NEAR(opinion.log_whole(state), std::log(texts.at(letters)), 1e-6);
      const std::vector<Label> candidates = {2, 3, 0, 6, 9};
      std::vector<float> deltas(candidates.size());
      opinion.judge(state, candidates, deltas);
      Text word = letters, more = letters;
      word.insert(word.end(), {3, 1, 2});
      more.push_back(2);
      EXPECT_NEAR(deltas[0], std::max(std::log(begun(word) / begun(letters)), -1000.0), 1e-5);
      EXPECT_NEAR(deltas[1], std::max(std::log(begun(more) / begun(letters)), -1000.0), 1e-5);
      EXPECT_EQ(deltas[2], 0) << "a mark is not heard";
      EXPECT_EQ(deltas[3], 0) << "a number may be spoken in many ways";
      EXPECT_NEAR(deltas[4], std::log(texts.at(letters) / begun(letters)), 1e-5);
    }
    const std::vector<Label> word = {2};
    std::vector<float> first(1);
    opinion.judge(state_of(opinion, {4}), word, first);
    EXPECT_NEAR(first[0], std::log(begun({1, 2})), 1e-5) << "no gap before the first word, though a mark begins it";
  }
}

/// All labels that may follow, by the probability of the longer text; of equal ones the order does not matter.
std::vector<std::pair<double, Label>> ranked(CtcOpinion& opinion, OpinionState state, const LabelSpelling& spelling, Label end) {
  std::vector<std::pair<double, Label>> all = {{opinion.log_whole(state), end}};
  for (std::size_t label = 0; label < spelling.symbols.size(); ++label) {
    if (spelling.symbols[label].empty() || spelling.doubtful[label]) continue;
    const auto id = static_cast<Label>(label);
    all.emplace_back(opinion.log_prefix(opinion.after(state, id)), id);
  }
  std::erase_if(all, [](const auto& entry) { return std::isinf(entry.first); });
  std::sort(all.begin(), all.end(), std::greater<>());
  return all;
}

// Best first, as trying every label gives them.
TEST(CtcOpinion, ProposesTheLabelsWhosePrefixesAreLikeliest) {
  std::mt19937 random(10);
  const SpellingTrie trie(kLetters);
  for (int trial = 0; trial < 20; ++trial) {
    const Matrix matrix = random_matrix(random, 7, 4);
    CtcOpinion opinion(matrix, kLetters, 9, &trie);
    for (const Text& text : {Text{}, {1}, {2, 1}, {1, 4}, {4}, {0, 2, 3}}) {
      const OpinionState state = state_of(opinion, text);
      const auto all = ranked(opinion, state, kLetters, 9);
      for (const std::size_t count : {1U, 3U, 20U}) {
        std::vector<Label> proposed;
        opinion.propose(state, count, proposed);
        ASSERT_EQ(proposed.size(), std::min(count, all.size()));
        EXPECT_EQ(std::set<Label>(proposed.begin(), proposed.end()).size(), proposed.size()) << "each once";
        for (std::size_t i = 0; i < proposed.size(); ++i) {
          const bool ends = proposed[i] == 9;
          const double own = ends ? opinion.log_whole(state) : opinion.log_prefix(opinion.after(state, proposed[i]));
          EXPECT_NEAR(own, all[i].first, 1e-9);
        }
      }
    }
    std::vector<Label> nothing;
    opinion.propose(state_of(opinion, {6}), 5, nothing);
    CtcOpinion(matrix, kLetters, 9).propose(0, 5, nothing);
    EXPECT_TRUE(nothing.empty()) << "of a doubtful text, and without a trie";
  }
}

// 2,000 words of four to eight letters: only those that begin as the sound does are ever spelt out.
TEST(CtcOpinion, SpellsOutOnlyWhatIsLikely) {
  std::mt19937 random(11);
  LabelSpelling spelling = LabelSpelling::plain(0);
  const std::vector<Symbol> said = {3, 1, 4, 1, 5, 9, 2, 6};
  for (Label label = 0; label < 2000; ++label) {
    std::vector<Symbol> word(4 + random() % 5);
    for (Symbol& symbol : word) symbol = static_cast<Symbol>(1 + random() % 20);
    spelling.symbols.push_back(label == 1234 ? said : word);
    spelling.begins_word.push_back(true);
    spelling.doubtful.push_back(false);
  }
  const SpellingTrie trie(spelling);
  const Matrix matrix = sure_matrix(said, 21, 1e-4F);
  CtcOpinion opinion(matrix, spelling, 9999, &trie);
  std::vector<Label> proposed;
  opinion.propose(opinion.begin(), 1, proposed);
  EXPECT_EQ(proposed, Text{1234});
  EXPECT_LT(opinion.prefixes(), 200U) << "of some thousands";
}

/// All sums over all rows, in logarithms: what the windows of `CtcPrefix` leave out is nothing.
double log_begun_without_windows(const Posteriors& posteriors, const Text& text) {
  const auto add = [](double a, double b) { return std::max(a, b) + std::log1p(std::exp(std::min(a, b) - std::max(a, b))); };
  const std::size_t rows = posteriors.rows();
  std::vector<double> ends(rows, -1e9), blanks(rows);  // of the text so far, in its last symbol or in a blank
  double silence = 0;
  for (std::size_t row = 0; row < rows; ++row) blanks[row] = silence += static_cast<double>(posteriors.row(row)[0]);
  double begun = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::vector<double> next(rows, -1e9), next_blanks(rows, -1e9);
    begun = -1e9;
    for (std::size_t row = 0; row < rows; ++row) {
      double begins = row > 0 ? add(ends[row - 1], blanks[row - 1]) : i == 0 ? 0 : -1e9;
      if (row > 0 && i > 0 && text[i] == text[i - 1]) begins = blanks[row - 1];
      const auto says = static_cast<double>(posteriors.row(row)[static_cast<std::size_t>(text[i])]);
      next[row] = add(row > 0 ? next[row - 1] : -1e9, begins) + says;
      if (row > 0) next_blanks[row] = add(next[row - 1], next_blanks[row - 1]) + static_cast<double>(posteriors.row(row)[0]);
      begun = add(begun, begins + says);
    }
    ends = next;
    blanks = next_blanks;
  }
  return begun;
}

// A head as heads are: nearly sure of every row. Over 800 rows sums fall far below what a number holds.
TEST(CtcOpinion, LongTextsOfASureHead) {
  std::mt19937 random(9);
  std::vector<std::vector<float>> rows;
  Text text;
  for (int row = 0; row < 800; ++row) {
    const bool spoken = row % 3 == 1;
    const auto symbol = static_cast<std::size_t>(spoken ? 1 + random() % 3 : 0);
    if (spoken) text.push_back(static_cast<Label>(symbol));
    const float rest = std::pow(10.0F, -1 - static_cast<float>(random() % 9));
    rows.emplace_back(4, rest / 3);
    rows.back()[symbol] = 1 - rest;
  }
  const Matrix matrix(rows);
  CtcOpinion opinion(matrix, kFour, 9);
  EXPECT_NEAR(opinion.log_prefix(state_of(opinion, text)), log_begun_without_windows(matrix, text), 1e-6);
  for (const std::size_t wrong : {3U, 100U, 250U}) {
    Text other = text;
    other[wrong] = 1 + other[wrong] % 3;
    EXPECT_NEAR(opinion.log_prefix(state_of(opinion, other)), log_begun_without_windows(matrix, other), 1e-6) << wrong;
    other.erase(other.begin() + static_cast<std::ptrdiff_t>(wrong), other.begin() + static_cast<std::ptrdiff_t>(wrong) + 2);
    EXPECT_NEAR(opinion.log_prefix(state_of(opinion, other)), log_begun_without_windows(matrix, other), 1e-6) << wrong;
  }
}

TEST(CtcOpinion, NothingHeardSaysNothing) {
  const Matrix nothing(std::vector<std::vector<float>>{});
  CtcOpinion opinion(nothing, kFour, 9);
  std::vector<float> deltas(2, 7);
  opinion.judge(opinion.begin(), std::vector<Label>{1, 9}, deltas);
  EXPECT_LT(deltas[0], -100);
  EXPECT_EQ(deltas[1], 0);
  opinion.judge(opinion.after(opinion.begin(), 1), std::vector<Label>{1, 9}, deltas);
  EXPECT_EQ(deltas, (std::vector<float>{0, 0})) << "of what is impossible, nothing is said";
}

}  // namespace
}  // namespace attend::decoder
