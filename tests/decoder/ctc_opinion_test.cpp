// CTC prefix probabilities against a sum over all paths, and against the published example.
#include "decoder/ctc_opinion.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "tree_scorer.hpp"

namespace attend::decoder {
namespace {

using Text = std::vector<Label>;

class Matrix : public Posteriors {
 public:
  explicit Matrix(std::vector<std::vector<float>> probabilities) : settled(probabilities.size()), rows_(std::move(probabilities)) {
    for (auto& row : rows_) {
      for (float& value : row) value = std::log(value);
    }
  }
  std::size_t rows() const override { return rows_.size(); }
  std::size_t settled_rows() const override { return settled; }
  std::span<const float> row(std::size_t index) const override { return rows_[index]; }
  Label blank() const override { return 0; }

  void become(const Matrix& other) { rows_ = other.rows_; }

  std::size_t settled;

 private:
  std::vector<std::vector<float>> rows_;
};

const Matrix kPublished({{.25F, .40F, .35F}, {.40F, .35F, .25F}, {.10F, .50F, .40F}});

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

Matrix random_matrix(std::mt19937& random, std::size_t rows, std::size_t labels) {
  std::vector<std::vector<float>> probabilities(rows, std::vector<float>(labels));
  for (auto& row : probabilities) {
    float sum = 0;
    for (float& value : row) sum += value = std::uniform_real_distribution<float>(0.01F, 1)(random);
    for (float& value : row) value /= sum;
  }
  return Matrix(probabilities);
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
  CtcOpinion opinion(kPublished, 9);
  EXPECT_NEAR(std::exp(opinion.log_whole(state_of(opinion, {2, 1}))), 0.2185, 1e-6);
  EXPECT_NEAR(std::exp(opinion.log_whole(state_of(opinion, {1, 2}))), 0.1550 + 0.0500, 1e-6);
  EXPECT_NEAR(std::exp(opinion.log_whole(state_of(opinion, {1}))), 0.1525 + 0.0500, 1e-6);
}

TEST(CtcOpinion, PrefixesAndWholesAreSumsOverAllPaths) {
  std::mt19937 random(5);
  for (int trial = 0; trial < 10; ++trial) {
    const Matrix matrix = random_matrix(random, 5, 3);
    const auto texts = all_texts(matrix, 3);
    CtcOpinion opinion(matrix, 9);
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
  CtcOpinion opinion(matrix, 9);
  for (const Text& text : {Text{}, {1}, {2, 2}, {3, 1, 3}}) {
    const OpinionState state = state_of(opinion, text);
    const std::vector<Label> candidates = {1, 9, 2, 3, 0, 77};
    std::vector<float> deltas(candidates.size());
    opinion.judge(state, candidates, deltas);
    double all = 0;
    for (std::size_t i : {0U, 1U, 2U, 3U}) all += std::exp(static_cast<double>(deltas[i]));
    EXPECT_NEAR(all, 1, 1e-5) << "a text ends or goes on with one of the labels";
    for (std::size_t i : {0U, 2U, 3U}) {
      EXPECT_NEAR(deltas[i], opinion.log_prefix(opinion.after(state, candidates[i])) - opinion.log_prefix(state), 1e-5);
    }
    EXPECT_LT(deltas[4], -100) << "a blank is no label";
    EXPECT_LT(deltas[5], -100);
  }
}

TEST(CtcOpinion, RowsThatComeInStepsGiveWhatAllAtOnceGive) {
  std::mt19937 random(7);
  const std::vector<Text> texts = {{1}, {1, 2}, {1, 2, 2}, {3}};
  const Matrix whole = random_matrix(random, 20, 4);
  Matrix growing = random_matrix(random, 6, 4);
  growing.settled = 0;
  CtcOpinion steps(growing, 9), once(whole, 9);
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
  CtcOpinion opinion(kPublished, 9);
  const OpinionState kept = state_of(opinion, {1, 2});
  for (int i = 0; i < 10; ++i) state_of(opinion, {2, 1});
  const double before = opinion.log_prefix(kept);
  opinion.keep(std::vector<OpinionState>{kept});
  EXPECT_EQ(opinion.prefixes(), 3U) << "the kept one and those on its way";
  EXPECT_EQ(opinion.log_prefix(kept), before);
}

TEST(CtcOpinion, NothingHeardSaysNothing) {
  const Matrix nothing(std::vector<std::vector<float>>{});
  CtcOpinion opinion(nothing, 9);
  std::vector<float> deltas(2, 7);
  opinion.judge(opinion.begin(), std::vector<Label>{1, 9}, deltas);
  EXPECT_LT(deltas[0], -100);
  EXPECT_EQ(deltas[1], 0);
  opinion.judge(opinion.after(opinion.begin(), 1), std::vector<Label>{1, 9}, deltas);
  EXPECT_EQ(deltas, (std::vector<float>{0, 0})) << "of what is impossible, nothing is said";
}

}  // namespace
}  // namespace attend::decoder
