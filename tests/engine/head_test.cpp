// Second opinions from the sound. Expected values come from PyTorch; the properties need none.
#include "engine/head.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "reference_case.hpp"

namespace attend::engine {
namespace {

struct Case {
  std::string name;
  HeadKind kind;
};

class HeadTest : public testing::TestWithParam<Case> {
 protected:
  ReferenceCase reference{GetParam().name};
  std::shared_ptr<const Network> network = reference.network();
  std::string suffix = GetParam().kind == HeadKind::counter ? ".counter" : ".ctc";

  static std::vector<float> said(const Head& head, std::size_t from, std::size_t to) {
    std::vector<float> values;
    for (std::size_t row = from; row < to; ++row) values.insert(values.end(), head.row(row).begin(), head.row(row).end());
    return values;
  }

  /// What is said of all rows after every step, the last one being that of finish().
  std::vector<std::vector<float>> hear(Encoder& encoder, Head& head) const {
    std::vector<std::vector<float>> steps;
    encoder.push(reference.get("features"));
    for (bool more = true; more;) {
      more = encoder.ready();
      head.advance(more ? encoder.step() : encoder.finish());
      steps.push_back(said(head, 0, head.rows()));
    }
    return steps;
  }
};

TEST_P(HeadTest, SaysInEveryStepWhatTheTrainerComputes) {
  int compared = 0;
  for (int k = 0; reference.has("streaming." + std::to_string(k) + ".settings"); ++k) {
    const std::string name = "streaming." + std::to_string(k);
    const auto settings = reference.integers(name + ".settings");
    const EncoderSpan span{settings[0], settings[1], settings[2]};
    Encoder encoder(network, span);
    Head head(network, GetParam().kind, span);
    encoder.push(reference.get("features"));
    for (int s = 0; reference.has(name + ".step." + std::to_string(s) + ".rows"); ++s, ++compared) {
      const std::string step = name + ".step." + std::to_string(s);
      const auto place = reference.integers(step + ".place");
      head.advance(encoder.ready() ? encoder.step() : encoder.finish());
      ASSERT_EQ(head.settled_rows(), static_cast<std::size_t>(place[0] + place[1])) << step;
      ASSERT_EQ(head.rows(), static_cast<std::size_t>(place[0] + place[1] + place[2])) << step;
      const auto got = said(head, static_cast<std::size_t>(place[0]), head.rows());
      EXPECT_LT(relative_error(got, reference.get(step + suffix)), 1e-4) << step;
    }
  }
  EXPECT_GT(compared, 10);
}

TEST_P(HeadTest, SettledRowsKeepWhatWasSaid) {
  const EncoderSpan span{.chunk = 4, .lookahead = 6, .left = 20, .hindsight = 9};
  Encoder encoder(network, span);
  Head head(network, GetParam().kind, span);
  std::vector<float> settled;
  encoder.push(reference.get("features"));
  while (encoder.ready()) {
    head.advance(encoder.step());
    const std::vector<float> now = said(head, 0, head.settled_rows());
    EXPECT_TRUE(std::equal(settled.begin(), settled.end(), now.begin())) << now.size();
    settled = now;
  }
  EXPECT_GE(head.settled_rows(), 11U);
}

TEST_P(HeadTest, ProbabilitiesAreSuch) {
  Encoder encoder(network, {4, 6, 20});
  Head head(network, GetParam().kind, {4, 6, 20});
  hear(encoder, head);
  for (std::size_t row = 0; row < head.rows(); ++row) {
    const std::span<const float> values = head.row(row);
    if (GetParam().kind == HeadKind::counter) {
      ASSERT_EQ(values.size(), 1U);
      EXPECT_TRUE(values[0] >= 0 && values[0] <= 1) << values[0];
    } else {
      ASSERT_EQ(values.size(), 1 + network->config().heads.ctc->symbols.size());
      double sum = 0;
      for (const float value : values) sum += std::exp(double{value});
      EXPECT_NEAR(sum, 1, 1e-5);
    }
  }
}

TEST_P(HeadTest, AnotherSegmentBeginsAfresh) {
  const EncoderSpan span{4, 6, 20};
  Encoder encoder(network, span);
  Head head(network, GetParam().kind, span);
  const auto first = hear(encoder, head);
  encoder.reset();
  head.reset();
  EXPECT_EQ(head.rows(), 0U);
  EXPECT_EQ(head.settled_rows(), 0U);
  EXPECT_EQ(hear(encoder, head), first);
}

TEST_P(HeadTest, TheLongestChunkMayComeLater) {
  const EncoderSpan narrow{.chunk = 2, .lookahead = 3, .left = 11, .widest = 9};
  const EncoderSpan wide{.chunk = 9, .lookahead = 3, .left = 11};
  std::vector<std::vector<float>> results;
  for (const EncoderSpan& span : {narrow, wide}) {
    Encoder encoder(network, span);
    encoder.set_chunk(9);
    Head head(network, GetParam().kind, span);
    results.push_back(hear(encoder, head).back());
  }
  EXPECT_EQ(results[0], results[1]);
}

INSTANTIATE_TEST_SUITE_P(Cases, HeadTest,
                         testing::Values(Case{"heads", HeadKind::counter}, Case{"heads", HeadKind::ctc},
                                         Case{"heads-conformer", HeadKind::counter}, Case{"heads-conformer", HeadKind::ctc}),
                         [](const auto& of) {
                           std::string name = of.param.name + (of.param.kind == HeadKind::counter ? "_counter" : "_ctc");
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(Heads, AModelMayHaveNone) {
  const ReferenceCase reference("rotary");
  EXPECT_EQ(find_head(reference.file->config(), HeadKind::counter), nullptr);
  EXPECT_EQ(find_head(reference.file->config(), HeadKind::ctc), nullptr);
}

}  // namespace
}  // namespace attend::engine
