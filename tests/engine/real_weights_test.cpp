// The real model against PyTorch, if its reference values are at hand: scripts/make_reference.py writes them into a folder, and
// ATTEND_REFERENCE_DIR names it.
#include <gtest/gtest.h>

#include <cstdlib>

#include "reference_case.hpp"

namespace attend::engine {
namespace {

TEST(RealWeights, AgreeWithPyTorch) {
  const char* const folder = std::getenv("ATTEND_REFERENCE_DIR");
  if (folder == nullptr) GTEST_SKIP() << "ATTEND_REFERENCE_DIR does not name a folder of reference values of a real model";
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string file = entry.path().filename().string();
    const std::string suffix = ".reference.safetensors";
    if (!file.ends_with(suffix)) continue;
    SCOPED_TRACE(file);
    ++cases;
    const ReferenceCase reference(file.substr(0, file.size() - suffix.size()), folder);
    const auto network = reference.network();
    Encoder full(network, everything);
    EXPECT_LT(relative_error(encode(full, reference.get("features"))[0].settled, reference.get("full")), 1e-4);
    EXPECT_GT(expect_streaming_like(reference, network), 0);
    LabelDecoder decoder(network);
    decoder.advance({reference.get("full"), {}});
    const auto labels = reference.integers("labels");
    const auto log_probs = reference.get("log_probabilities");
    const auto clock = reference.get("clock");
    std::vector<LabelRequest> requests;
    for (std::size_t i = 0; i < labels.size(); ++i) requests.push_back({static_cast<std::int32_t>(i) - 1, labels[i], true});
    decoder.score(requests);
    std::vector<float> got;
    std::vector<float> heard;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const LabelView view = decoder.view(static_cast<std::int32_t>(i));
      got.insert(got.end(), view.log_probs.begin(), view.log_probs.end());
      heard.insert(heard.end(), view.attention.begin(), view.attention.end());
    }
    EXPECT_LT(relative_error(got, log_probs), 1e-4);
    EXPECT_LT(largest_difference(heard, clock), 1e-5);
  }
  EXPECT_GT(cases, 0) << "no *.reference.safetensors in " << folder;
}

}  // namespace
}  // namespace attend::engine
