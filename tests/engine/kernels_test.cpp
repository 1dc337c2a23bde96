// The hand-written loops of every instruction set that this processor has, against the same formulas in double precision.
#include "engine/kernels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "engine/aligned.hpp"
#include "engine/kernel_sets.hpp"
#include "engine/key_value_panels.hpp"

namespace attend::engine {
namespace {

constexpr float minus_infinity = -std::numeric_limits<float>::infinity();

std::vector<float> random_values(std::size_t count, unsigned seed, float deviation = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, deviation);
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

class KernelsTest : public testing::TestWithParam<const Kernels*> {
 protected:
  const Kernels& loops = *GetParam();
};

/// Values of all sizes, with a tail that fills no vector.
std::vector<float> awkward_values() {
  std::vector<float> values = random_values(1003, 1, 4);
  for (const float x : {0.0F, -0.0F, 1e-20F, -1e-20F, 30.0F, -30.0F, 87.5F, -87.5F, 1e4F, -1e4F, 3e38F, -3e38F})
    values.push_back(x);
  return values;
}

TEST_P(KernelsTest, Activations) {
  const std::vector<float> x = awkward_values();
  const auto expect = [&](void (*loop)(float*, std::int64_t), double (*formula)(double)) {
    std::vector<float> y = x;
    loop(y.data(), static_cast<std::int64_t>(y.size()));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double expected = formula(x[i]);
      ASSERT_NEAR(y[i], expected, 2e-6 + 1e-6 * std::abs(expected)) << "of " << x[i];
    }
  };
  expect(loops.gelu, [](double v) { return 0.5 * v * (1 + std::erf(v / std::sqrt(2.0))); });
  expect(loops.relu, [](double v) { return std::max(v, 0.0); });
  expect(loops.swish, [](double v) { return v * sigmoid(v); });
}

TEST_P(KernelsTest, AnElementsResultDoesNotDependOnItsPlace) {
  const std::vector<float> x = random_values(200, 2, 3);
  for (const auto loop : {loops.gelu, loops.relu, loops.swish}) {
    std::vector<float> together = x;
    loop(together.data(), 200);
    for (std::size_t i = 0; i < x.size(); ++i) {
      float alone = x[i];
      loop(&alone, 1);
      EXPECT_EQ(alone, together[i]);
    }
  }
}

TEST_P(KernelsTest, Gates) {
  const std::int64_t rows = 3;
  const std::int64_t size = 21;
  const std::vector<float> x = random_values(rows * 2 * size, 3);
  std::vector<float> plain(rows * size);
  std::vector<float> with_swish = x;  // in place
  loops.sigmoid_gate(x.data(), rows, size, plain.data());
  loops.swish_gate(with_swish.data(), rows, size, with_swish.data());
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t i = 0; i < size; ++i) {
      const double value = x[static_cast<std::size_t>(row * 2 * size + i)];
      const double gate = x[static_cast<std::size_t>(row * 2 * size + size + i)];
      EXPECT_NEAR(plain[static_cast<std::size_t>(row * size + i)], value * sigmoid(gate), 1e-6);
      EXPECT_NEAR(with_swish[static_cast<std::size_t>(row * size + i)], value * gate * sigmoid(gate), 1e-6);
    }
  }
}

TEST_P(KernelsTest, LayerNorm) {
  for (const std::int64_t width : {1, 5, 16, 36, 288}) {
    const auto size = static_cast<std::size_t>(width);
    std::vector<float> x = random_values(3 * size, 4);
    for (float& value : x) value += 100;  // a large mean must not swallow the variance
    const std::vector<float> weight = random_values(size, 5);
    const std::vector<float> bias = random_values(size, 6);
    std::vector<float> y(3 * size);
    loops.layer_norm(x.data(), 3, width, weight.data(), bias.data(), 1e-5F, y.data());
    for (std::size_t row = 0; row < 3; ++row) {
      double mean = 0;
      double variance = 0;
      for (std::size_t i = 0; i < size; ++i) mean += x[row * size + i] / static_cast<double>(width);
      for (std::size_t i = 0; i < size; ++i) variance += std::pow(x[row * size + i] - mean, 2) / static_cast<double>(width);
      for (std::size_t i = 0; i < size; ++i) {
        const double expected = (x[row * size + i] - mean) / std::sqrt(variance + 1e-5) * weight[i] + bias[i];
        ASSERT_NEAR(y[row * size + i], expected, 2e-4);
      }
    }
  }
}

TEST_P(KernelsTest, LogSoftmaxIsNormalised) {
  for (const std::size_t count : {1U, 7U, 32U, 1001U}) {
    const std::vector<float> x = random_values(count, 7, 20);
    std::vector<float> y = x;
    loops.log_softmax(y.data(), static_cast<std::int64_t>(count));
    double total = 0;
    for (const float value : x) total += std::exp(double{value} - 50);
    for (std::size_t i = 0; i < count; ++i) EXPECT_NEAR(y[i], x[i] - 50 - std::log(total), 1e-5 * (1 + std::abs(y[i])));
  }
}

TEST_P(KernelsTest, DepthwiseConvolution) {
  const std::int64_t rows = 5;
  const std::int64_t width = 21;
  const int kernel = 4;
  const std::vector<float> x = random_values((rows + kernel - 1) * width, 8);
  const std::vector<float> weight = random_values(kernel * width, 9);
  const std::vector<float> bias = random_values(width, 10);
  std::vector<float> y(rows * width);
  loops.depthwise(x.data(), rows, width, kernel, weight.data(), bias.data(), y.data());
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t c = 0; c < width; ++c) {
      double expected = bias[static_cast<std::size_t>(c)];
      for (int k = 0; k < kernel; ++k) {
        expected += double{x[static_cast<std::size_t>((row + k) * width + c)]} * weight[static_cast<std::size_t>(k * width + c)];
      }
      EXPECT_NEAR(y[static_cast<std::size_t>(row * width + c)], expected, 1e-5);
    }
  }
}

TEST_P(KernelsTest, RoundingToBfloat16) {
  const std::vector<float> x = {1.0F, 1.00390625F, 1.01171875F, -2.5F, 0.1F, 3.0e38F};
  std::vector<std::uint16_t> y(x.size());
  loops.to_bf16(x.data(), static_cast<std::int64_t>(x.size()), y.data());
  // Ties go to the even one: 1 + 2^-8 lies in the middle and goes down, 1 + 3 · 2^-8 goes up.
  EXPECT_THAT(y, testing::ElementsAre(0x3F80, 0x3F80, 0x3F82, 0xC020, 0x3DCD, 0x7F62));
}

struct AttentionExample {
  int heads = 3, dims = 12;
  std::int64_t rows = 11, slots = 37;
  bool biased = false;
  std::vector<float> queries, keys, values, bias, clock;
  std::vector<float> share = {0.25F, 0.0F, 0.75F};
  Aligned<float> slot_bias;

  AttentionExample(int of_dims, bool with_bias) : dims(of_dims), biased(with_bias) {
    const auto width = static_cast<std::size_t>(heads * dims);
    queries = random_values(static_cast<std::size_t>(rows) * width, 11);
    keys = random_values(static_cast<std::size_t>(slots) * width, 12);
    values = random_values(static_cast<std::size_t>(slots) * width, 13);
    bias = random_values(static_cast<std::size_t>(slots * heads), 14);
    slot_bias.assign(48, minus_infinity);
    for (std::int64_t slot = 0; slot < slots; ++slot) {
      if (slot % 5 != 2) slot_bias[static_cast<std::size_t>(slot)] = 0;
    }
  }

  std::vector<float> run(const Kernels& loops, std::int64_t first, std::int64_t count) {
    KeyValuePanels panels(heads, dims, biased);
    panels.reserve(slots);
    const std::int64_t width = std::int64_t{heads} * dims;
    for (std::int64_t slot = 0; slot < slots; ++slot) {
      panels.store(slot, keys.data() + slot * width, values.data() + slot * width, bias.data() + slot * heads);
    }
    std::vector<float> target(static_cast<std::size_t>(count * width));
    std::vector<float> scores(attend_rows * 48);
    clock.assign(static_cast<std::size_t>(count * slots), 0.0F);
    Attend work;
    panels.describe(work, 3);
    work.queries = queries.data() + first * width;
    work.query_stride = width;
    work.rows = count;
    work.slot_bias = slot_bias.data();
    work.scale = 0.3F;
    work.scores = scores.data();
    work.target = target.data();
    work.clock_share = share.data();
    work.clock = clock.data();
    work.clock_stride = work.clock_slots = slots;
    loops.attend(work);
    return target;
  }

  std::vector<double> weights(std::int64_t row, int head) const {
    std::vector<double> result(static_cast<std::size_t>(slots));
    double total = 0;
    for (std::int64_t slot = 0; slot < slots; ++slot) {
      if (slot_bias[static_cast<std::size_t>(slot)] != 0) continue;
      double score = biased ? bias[static_cast<std::size_t>(slot * heads + head)] : 0;
      for (int d = 0; d < dims; ++d) {
        score += double{queries[static_cast<std::size_t>((row * heads + head) * dims + d)]} *
                 keys[static_cast<std::size_t>((slot * heads + head) * dims + d)];
      }
      total += result[static_cast<std::size_t>(slot)] = std::exp(0.3 * score);
    }
    for (double& weight : result) weight /= total;
    return result;
  }
};

TEST_P(KernelsTest, AttentionOverPanels) {
  for (const int dims : {4, 12, 16, 36, 52, 64}) {
    for (const bool biased : {false, true}) {
      AttentionExample example(dims, biased);
      const std::vector<float> target = example.run(loops, 0, example.rows);
      for (std::int64_t row = 0; row < example.rows; ++row) {
        std::vector<double> clock(static_cast<std::size_t>(example.slots));
        for (int head = 0; head < example.heads; ++head) {
          const std::vector<double> weights = example.weights(row, head);
          for (std::size_t slot = 0; slot < weights.size(); ++slot)
            clock[slot] += weights[slot] * example.share[static_cast<std::size_t>(head)];
          for (int d = 0; d < dims; ++d) {
            double expected = 0;
            for (std::size_t slot = 0; slot < weights.size(); ++slot) {
              expected +=
                  weights[slot] * example.values[(slot * static_cast<std::size_t>(example.heads) + static_cast<std::size_t>(head)) *
                                                     static_cast<std::size_t>(dims) +
                                                 static_cast<std::size_t>(d)];
            }
            ASSERT_NEAR(target[static_cast<std::size_t>((row * example.heads + head) * dims + d)], expected, 1e-5) << dims;
          }
        }
        for (std::size_t slot = 0; slot < clock.size(); ++slot) {
          ASSERT_NEAR(example.clock[static_cast<std::size_t>(row * example.slots) + slot], clock[slot], 1e-6);
        }
      }
    }
  }
}

TEST_P(KernelsTest, ARowsAttentionDoesNotDependOnOtherRows) {
  AttentionExample example(36, true);
  const std::vector<float> together = example.run(loops, 0, example.rows);
  const std::vector<float> clock = example.clock;
  const auto width = static_cast<std::size_t>(example.heads * example.dims);
  for (std::int64_t first = 0; first < example.rows; ++first) {
    for (std::int64_t count = 1; first + count <= example.rows; ++count) {
      const std::vector<float> part = example.run(loops, first, count);
      EXPECT_EQ(std::memcmp(part.data(), together.data() + static_cast<std::size_t>(first) * width, part.size() * sizeof(float)),
                0);
      EXPECT_EQ(std::memcmp(example.clock.data(), clock.data() + first * example.slots, example.clock.size() * sizeof(float)), 0);
    }
  }
}

TEST_P(KernelsTest, AttentionAlongAPath) {
  const int heads = 2;
  for (const int dims : {4, 36, 64}) {
    const std::size_t stride = static_cast<std::size_t>(heads * padded(dims));
    const std::vector<std::int32_t> slots = {4, 0, 7, 2, 5};
    std::vector<float> keys(8 * stride);
    std::vector<float> values(8 * stride);
    std::vector<float> query(stride);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (i % static_cast<std::size_t>(padded(dims)) >= static_cast<std::size_t>(dims)) continue;
      keys[i] = std::sin(static_cast<float>(i));
      values[i] = std::cos(static_cast<float>(3 * i));
      if (i < stride) query[i] = std::sin(static_cast<float>(7 * i));
    }
    std::vector<float> scores(padded(static_cast<int>(slots.size())));
    std::vector<float> target(static_cast<std::size_t>(heads * dims));
    loops.attend_path({query.data(), keys.data(), values.data(), slots.data(), static_cast<std::int64_t>(slots.size()), heads, dims,
                       0.5F, scores.data(), target.data()});
    for (std::size_t head = 0; head < heads; ++head) {
      const std::size_t begin = head * static_cast<std::size_t>(padded(dims));
      std::vector<double> weights;
      double total = 0;
      for (const std::int32_t slot : slots) {
        double score = 0;
        for (std::size_t d = 0; d < static_cast<std::size_t>(dims); ++d) {
          score += double{query[begin + d]} * keys[static_cast<std::size_t>(slot) * stride + begin + d];
        }
        weights.push_back(std::exp(0.5 * score));
        total += weights.back();
      }
      for (std::size_t d = 0; d < static_cast<std::size_t>(dims); ++d) {
        double expected = 0;
        for (std::size_t i = 0; i < slots.size(); ++i) {
          expected += weights[i] / total * values[static_cast<std::size_t>(slots[i]) * stride + begin + d];
        }
        EXPECT_NEAR(target[head * static_cast<std::size_t>(dims) + d], expected, 1e-5);
      }
    }
  }
}

TEST_P(KernelsTest, RotationTurnsPairsOfTheFirstDimensions) {
  std::vector<float> x = {1, 2, 3, 4, 5, 6, 7, 8};  // two heads of four dimensions, two of which turn
  const float cosine = std::cos(0.7F);
  const float sine = std::sin(0.7F);
  loops.rotate(x.data(), 1, 8, 2, 4, 2, &cosine, &sine);
  const std::vector<float> expected = {cosine - 2 * sine,     2 * cosine + sine,     3, 4,
                                       5 * cosine - 6 * sine, 6 * cosine + 5 * sine, 7, 8};
  EXPECT_THAT(x, testing::Pointwise(testing::FloatNear(1e-5F), expected));
}

INSTANTIATE_TEST_SUITE_P(Sets, KernelsTest, testing::ValuesIn(kernel_sets_of_this_processor()),
                         [](const auto& of) { return std::string(of.param->name); });

}  // namespace
}  // namespace attend::engine
