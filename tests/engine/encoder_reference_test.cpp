// Promise 2: streaming is the model. Expected values come from PyTorch.
#include <gtest/gtest.h>

#include "reference_case.hpp"

namespace attend::engine {
namespace {

class EncoderReference : public testing::TestWithParam<std::string> {};

TEST_P(EncoderReference, OneStepOverEverythingIsTheFullContextNetwork) {
  const ReferenceCase reference(GetParam());
  Encoder encoder(reference.network(), everything);
  const auto steps = encode(encoder, reference.get("features"));
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_LT(relative_error(steps[0].settled, reference.get("full")), 1e-4);
}

TEST_P(EncoderReference, EveryStepSettlesAndPreviewsWhatTheTrainerComputes) {
  const ReferenceCase reference(GetParam());
  EXPECT_GE(expect_streaming_like(reference, reference.network()), 2);
}

INSTANTIATE_TEST_SUITE_P(Cases, EncoderReference, testing::ValuesIn(case_names()), [](const auto& of) {
  std::string name = of.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace attend::engine
