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
  const auto network = reference.network();
  int spans = 0;
  for (; reference.has("streaming." + std::to_string(spans) + ".settings"); ++spans) {
    const std::string name = "streaming." + std::to_string(spans);
    const auto settings = reference.integers(name + ".settings");
    SCOPED_TRACE(name + ": " + testing::PrintToString(settings));
    Encoder encoder(network, {settings[0], settings[1], settings[2]});
    const auto steps = encode(encoder, reference.get("features"));
    for (std::size_t s = 0; reference.has(name + ".step." + std::to_string(s) + ".rows"); ++s) {
      ASSERT_LT(s, steps.size());
      std::vector<float> rows = steps[s].settled;
      rows.insert(rows.end(), steps[s].preview.begin(), steps[s].preview.end());
      EXPECT_LT(relative_error(rows, reference.get(name + ".step." + std::to_string(s) + ".rows")), 1e-4) << "step " << s;
    }
    EXPECT_LT(relative_error(settled_rows(steps), reference.get(name + ".settled")), 1e-4);
  }
  EXPECT_GE(spans, 2);
}

INSTANTIATE_TEST_SUITE_P(Cases, EncoderReference, testing::ValuesIn(case_names()), [](const auto& of) {
  std::string name = of.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace attend::engine
