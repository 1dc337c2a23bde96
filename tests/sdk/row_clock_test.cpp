#include "sdk/row_clock.hpp"

#include <gtest/gtest.h>

#include <set>

#include "../engine/model_file_builder.hpp"

namespace attend::sdk {
namespace {

engine::ModelConfig config(const nlohmann::json& json) {
  return engine::parse_model_config(json.dump()).value();
}

/// Brute force: which feature rows one encoder row is made of, layer by layer.
std::set<std::int64_t> features_of_row(const engine::ModelConfig& model, std::int64_t row) {
  std::set<std::int64_t> rows{row};
  for (auto layer = model.stem.rbegin(); layer != model.stem.rend(); ++layer) {
    std::set<std::int64_t> inputs;
    for (const std::int64_t output : rows) {
      for (int k = 0; k < layer->kernel; ++k) inputs.insert(output * layer->stride - layer->left + k);
    }
    rows = inputs;
  }
  return rows;
}

class RowClockOfStem : public ::testing::TestWithParam<nlohmann::json> {};
INSTANTIATE_TEST_SUITE_P(Stems, RowClockOfStem,
                         ::testing::Values(engine::testing::tiny_config(), engine::testing::conformer_config()));

TEST_P(RowClockOfStem, HearsWhatTheRowsAreMadeOf) {
  const auto model = config(GetParam());
  const RowClock clock(model);
  for (const std::int64_t first : {0, 30}) {
    for (const std::int64_t rows : {1, 2, 7}) {
      const std::int64_t last_feature = first + *features_of_row(model, rows - 1).rbegin();
      EXPECT_EQ(clock.samples_heard(first, rows), last_feature * model.features.hop_samples() + model.features.window_samples());
    }
  }
}

TEST_P(RowClockOfStem, TailBringsTheLastSampleIntoARow) {
  const auto model = config(GetParam());
  const RowClock clock(model);
  const int hop = model.features.hop_samples();
  const int window = model.features.window_samples();
  for (std::int64_t samples = 1; samples < 6000; samples += 37) {
    const std::int64_t features = (samples + clock.tail() - window) / hop + 1;
    std::int64_t rows = 0;
    while (*features_of_row(model, rows).rbegin() < features) ++rows;
    ASSERT_GT(rows, 0) << samples;
    EXPECT_GE(clock.samples_heard(0, rows), samples);
  }
}

TEST(RowClock, CountsTheTinyModel) {
  const RowClock clock(config(engine::testing::tiny_config()));
  EXPECT_EQ(clock.first_sample(0, 10), 10 * 3 * 128);
  EXPECT_EQ(clock.first_sample(300, 10), 330 * 128);
  EXPECT_EQ(clock.first_feature(300, 10), 330);
  EXPECT_EQ(clock.samples_heard(0, 0), 0);
  EXPECT_EQ(clock.samples_heard(0, 1), 4 * 128 + 400);
  EXPECT_DOUBLE_EQ(clock.seconds(384), 0.024);
}

}  // namespace
}  // namespace attend::sdk
