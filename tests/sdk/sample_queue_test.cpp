#include "sdk/sample_queue.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace attend::sdk {
namespace {

TEST(SampleQueue, IsFirstInFirstOut) {
  std::mt19937 random(1);
  SampleQueue queue;
  std::deque<float> expected;
  float next = 0;
  for (int round = 0; round < 5000; ++round) {
    if (random() % 2 == 0) {
      std::vector<float> block(random() % 50);
      for (float& sample : block) expected.push_back(sample = next++);
      queue.push(block);
    } else {
      for (const float sample : queue.take(random() % 60)) {
        ASSERT_FALSE(expected.empty());
        EXPECT_EQ(sample, expected.front());
        expected.pop_front();
      }
    }
    EXPECT_EQ(queue.empty(), expected.empty());
  }
  EXPECT_EQ(queue.pushed(), static_cast<std::int64_t>(next));
}

TEST(SampleQueue, SixteenBitsBecomeFractions) {
  SampleQueue queue;
  queue.push(std::vector<std::int16_t>{-32768, -1, 0, 16384, 32767});
  const auto samples = queue.take(10);
  EXPECT_EQ(std::vector<float>(samples.begin(), samples.end()), (std::vector<float>{-1, -1.0F / 32768, 0, 0.5F, 32767.0F / 32768}));
}

}  // namespace
}  // namespace attend::sdk
