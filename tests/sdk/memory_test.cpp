// Promise 6: a stream that never ends runs in constant memory.
#include <gtest/gtest.h>
#include <malloc.h>

#include "streams.hpp"

namespace attend {
namespace {

/// Bytes that the program holds from malloc (0 under sanitizers, which bring their own).
std::size_t held() {
  return mallinfo2().uordblks;
}

TEST(Memory, DoesNotGrowWithTheLengthOfAStream) {
  const Model model = testing::tiny_model("rotary");
  Stream stream(model);
  const auto samples = testing::sound(30, 3);
  const auto hear = [&](int times) {
    std::size_t events = 0;
    for (int i = 0; i < times; ++i) {
      stream.write(samples);
      events += testing::drain(stream).size();
    }
    return events;
  };
  EXPECT_GT(hear(4), 0U);
  const std::size_t before = held();
  hear(8);  // the same sound again, so that buffers stand where they stood
  const std::size_t after = held();
  EXPECT_LT(after, before + 100'000);  // four minutes of features alone are 2.4 MB
}

}  // namespace
}  // namespace attend
