#include "decoder/counter_opinion.hpp"

#include <gtest/gtest.h>

#include "toy_world.hpp"

namespace attend::decoder {
namespace {

class Weights : public RowWeights {
 public:
  std::size_t rows() const override { return values.size(); }
  std::size_t settled_rows() const override { return settled; }
  float weight(std::size_t row) const override { return values[row]; }

  std::vector<float> values;
  std::size_t settled = 0;
};

float judge(CounterOpinion& opinion, OpinionState written, std::int32_t peak, Label label) {
  std::vector<float> deltas(1);
  opinion.judge_at(written, peak, std::vector<Label>{label}, deltas);
  return deltas[0];
}

// One label is due after rows 1, 3, 5, …: half a label per row.
TEST(CounterOpinion, LabelsAheadOfOrBehindTheirTimeCost) {
  Weights weights;
  weights.values.assign(20, 0.5F);
  weights.settled = 20;
  CounterOpinion opinion(weights, 2, 0);
  EXPECT_EQ(judge(opinion, 3, 7, 5), 0) << "4 labels are due at row 7: the fourth is on time";
  EXPECT_EQ(judge(opinion, 4, 7, 5), 0);
  EXPECT_EQ(judge(opinion, 7, 7, 5), -3) << "three ahead";
  EXPECT_EQ(judge(opinion, 1, 7, 5), -2) << "two are missing";
  EXPECT_EQ(judge(opinion, 10, 7, 2), 0) << "all ten have been written: the text may end";
  EXPECT_EQ(judge(opinion, 4, 7, 2), -6);
  CounterOpinion patient(weights, 2, 2);
  EXPECT_EQ(judge(patient, 7, 7, 5), -1);
  EXPECT_EQ(judge(patient, 1, 7, 5), 0);
}

TEST(CounterOpinion, RowsMayBeAnywhereAndNone) {
  Weights weights;
  CounterOpinion opinion(weights, 2, 0);
  EXPECT_EQ(judge(opinion, 5, 0, 5), 0);
  EXPECT_EQ(judge(opinion, 5, 0, 2), 0);
  weights.values = {1, 1};
  weights.settled = 2;
  EXPECT_EQ(judge(opinion, 1, 99, 5), 0);
  EXPECT_EQ(judge(opinion, 0, -3, 5), 0);
}

TEST(CounterOpinion, WeightsOfSettledRowsStayOthersChange) {
  Weights weights;
  weights.values = {1, 1, 0, 0};
  weights.settled = 2;
  CounterOpinion opinion(weights, 2, 0);
  EXPECT_EQ(judge(opinion, 1, 3, 5), 0);
  EXPECT_EQ(judge(opinion, 5, 3, 5), -3);
  weights.values = {1, 1, 1, 1, 1};
  weights.settled = 5;
  EXPECT_EQ(judge(opinion, 5, 3, 5), -1);
  EXPECT_EQ(judge(opinion, 5, 4, 5), 0);
}

// Attention would end the text before its last two words; the counter knows that two are due.
TEST(Search, TheCounterKeepsATextFromEndingEarly) {
  const auto ends = [](std::vector<float>& log_probs, std::size_t place, std::int32_t) {
    if (place != 2) return;
    log_probs = favour(8, 0.4F, 40);
    log_probs[2] = std::log(0.5F);
  };
  const std::vector<Spoken> world = {{4, 10}, {6, 30}, {8, 50}, {12, 70}};
  Weights weights;
  for (std::int32_t row = 0; row < 100; ++row) {
    const bool spoken = std::any_of(world.begin(), world.end(), [&](const Spoken& label) { return label.row == row; });
    weights.values.push_back(spoken ? 1.0F : 0.0F);
  }
  weights.settled = weights.values.size();
  MisheardWorld alone(world, ends), counted(world, ends);
  CounterOpinion opinion(weights, 2);
  Search plain(toy_labels(), one_segment()), weighed(toy_labels(), one_segment(), {{&opinion, 1}});
  EXPECT_EQ(all_committed(play(plain, alone, steps_of(100, 13, 27))).size(), 2U);
  EXPECT_EQ(words_of(all_committed(play(weighed, counted, steps_of(100, 13, 27)))), words_of(world));
}

}  // namespace
}  // namespace attend::decoder
