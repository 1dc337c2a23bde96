// The label decoder against PyTorch's values.
#include <gtest/gtest.h>

#include "reference_case.hpp"

namespace attend::engine {
namespace {

class LabelDecoderReference : public testing::TestWithParam<std::string> {
 protected:
  ReferenceCase reference{GetParam()};
  std::shared_ptr<const Network> network = reference.network();
  std::vector<float> rows = reference.get("full");
  std::vector<std::int32_t> labels = reference.integers("labels");

  void expect_view(const LabelView& view, std::size_t index) const {
    const auto log_probs = reference.get("log_probabilities");
    const auto clock = reference.get("clock");
    const std::size_t width = log_probs.size() / labels.size();
    const std::size_t heard = clock.size() / labels.size();
    EXPECT_LT(relative_error(view.log_probs, std::span(log_probs).subspan(index * width, width)), 1e-4) << "label " << index;
    EXPECT_LT(largest_difference(view.attention, std::span(clock).subspan(index * heard, heard)), 1e-5) << "label " << index;
  }
};

TEST_P(LabelDecoderReference, AChainInOneBatch) {
  LabelDecoder decoder(network);
  decoder.advance({rows, {}});
  std::vector<LabelRequest> requests;
  for (std::size_t i = 0; i < labels.size(); ++i) requests.push_back({static_cast<std::int32_t>(i) - 1, labels[i], true});
  decoder.score(requests);
  for (std::size_t i = 0; i < labels.size(); ++i) expect_view(decoder.view(static_cast<std::int32_t>(i)), i);
}

TEST_P(LabelDecoderReference, LabelByLabelWithSettledAndPreviewRows) {
  LabelDecoder decoder(network);
  const std::size_t width = static_cast<std::size_t>(network->config().encoder.width);
  const std::span<const float> all(rows);
  // First a preview that is wrong and must leave no trace, then the right rows, half settled and half preview.
  const std::vector<float> wrong(9 * width, 0.5F);
  decoder.advance({all.first(3 * width), wrong});
  decoder.advance({all.subspan(3 * width, 5 * width), all.subspan(8 * width)});
  EXPECT_EQ(decoder.settled_rows(), 8U);
  EXPECT_EQ(decoder.rows(), rows.size() / width);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const LabelRequest request{static_cast<std::int32_t>(i) - 1, labels[i], true};
    decoder.score({&request, 1});
    expect_view(decoder.view(static_cast<std::int32_t>(i)), i);
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, LabelDecoderReference, testing::ValuesIn(case_names()), [](const auto& of) {
  std::string name = of.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace attend::engine
