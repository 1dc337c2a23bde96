// Promise 6: a stream that never ends runs in constant memory.
#include <gtest/gtest.h>
#include <malloc.h>

#include <random>

#include "reference_case.hpp"

namespace attend::engine {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool allocator_is_foreign = true;
#else
constexpr bool allocator_is_foreign = false;
#endif

std::size_t bytes_in_use() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

class BoundedMemory : public testing::TestWithParam<std::string> {};

TEST_P(BoundedMemory, TenThousandStepsOfTheEncoder) {
  if (allocator_is_foreign) GTEST_SKIP() << "a sanitizer's allocator does not tell what is in use";
  const ReferenceCase reference(GetParam());
  const auto network = reference.network();
  const ModelConfig& config = network->config();
  Encoder encoder(network, {2, 3, 17});
  std::mt19937 random(1);
  std::vector<float> features(static_cast<std::size_t>(2 * config.stem_stride() * config.features.bins));
  std::size_t after_warm_up = 0;
  for (int step = 0; step < 10'000;) {
    for (float& value : features) value = static_cast<float>(random() % 1000) / 50.0F;
    encoder.push(features);
    for (; encoder.ready(); ++step) {
      if (step == 100) after_warm_up = bytes_in_use();
      const EncoderBlock block = encoder.step();
      ASSERT_TRUE(std::isfinite(block.settled.front()));
    }
  }
  EXPECT_EQ(encoder.settled_rows(), 20'000);
  EXPECT_LE(bytes_in_use(), after_warm_up);
}

TEST_P(BoundedMemory, ManyRoundsOfTheLabelDecoder) {
  if (allocator_is_foreign) GTEST_SKIP() << "a sanitizer's allocator does not tell what is in use";
  const ReferenceCase reference(GetParam());
  const auto network = reference.network();
  const std::vector<float> rows = reference.get("full");
  LabelDecoder decoder(network);
  std::size_t after_warm_up = 0;
  for (int round = 0; round < 1'000; ++round) {
    if (round == 100) after_warm_up = bytes_in_use();
    decoder.reset();
    for (int step = 0; step < 3; ++step) {
      decoder.advance({rows, {}});
      const std::int32_t first = decoder.next_node();
      const std::vector<LabelRequest> requests = {{first - 1, 1, true}, {first, 2, true}, {first, 3, true}};
      decoder.score(requests);
      decoder.keep(first);
    }
  }
  EXPECT_LE(bytes_in_use(), after_warm_up);
}

INSTANTIATE_TEST_SUITE_P(Cases, BoundedMemory, testing::Values("rotary", "conformer-relative"), [](const auto& of) {
  std::string name = of.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace attend::engine
