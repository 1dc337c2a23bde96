// bf16 against PyTorch's f32 values: near, with a stated bound.
#include <gtest/gtest.h>

#include "reference_case.hpp"

namespace attend::engine {
namespace {

// bf16 keeps 8 bits: each factor is off by up to 2^-9, and blocks add that up. The bounds on the largest difference, relative to
// the root mean square, are about twice what was measured (rows 0.039, log-probabilities 0.012).
constexpr double rows_bound = 0.08;
constexpr double log_probs_bound = 0.03;

class HalfPrecision : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    network = reference.network(Precision::bf16);
    if (network->precision() != Precision::bf16) GTEST_SKIP() << "this processor does not multiply bf16";
  }
  ReferenceCase reference{GetParam()};
  std::shared_ptr<const Network> network;
};

TEST_P(HalfPrecision, EncoderRowsAreNear) {
  Encoder encoder(network, everything);
  const auto steps = encode(encoder, reference.get("features"));
  const double error = relative_error(steps[0].settled, reference.get("full"));
  RecordProperty("relative_error", std::to_string(error));
  EXPECT_LT(error, rows_bound);
  EXPECT_GT(error, 1e-5);  // else f32 ran
}

TEST_P(HalfPrecision, LogProbabilitiesAreNear) {
  LabelDecoder decoder(network);
  decoder.advance({reference.get("full"), {}});
  const auto labels = reference.integers("labels");
  std::vector<LabelRequest> requests;
  for (std::size_t i = 0; i < labels.size(); ++i) requests.push_back({static_cast<std::int32_t>(i) - 1, labels[i], true});
  decoder.score(requests);
  std::vector<float> log_probs;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto view = decoder.view(static_cast<std::int32_t>(i)).log_probs;
    log_probs.insert(log_probs.end(), view.begin(), view.end());
  }
  const double error = relative_error(log_probs, reference.get("log_probabilities"));
  RecordProperty("relative_error", std::to_string(error));
  EXPECT_LT(error, log_probs_bound);
}

INSTANTIATE_TEST_SUITE_P(Cases, HalfPrecision, testing::ValuesIn(case_names()), [](const auto& of) {
  std::string name = of.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace attend::engine
