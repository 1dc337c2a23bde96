// Weights that stay bytes, against sums of whole numbers, which are exact.
#include "engine/byte_matrix.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <stdexcept>
#include <vector>

#include "engine/kernels.hpp"
#include "engine/matmul.hpp"
#include "engine/one_thread.hpp"

namespace attend::engine {
namespace {

struct Shape {
  std::int64_t inputs, outputs;
};
const std::vector<Shape> shapes = {{288, 864}, {1152, 288}, {288, 333}, {80, 7}, {34, 64}, {2, 1}};

std::vector<int> whole_numbers(std::int64_t count, int most, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> of(-most, most);
  std::vector<int> numbers(static_cast<std::size_t>(count));
  for (int& number : numbers) number = of(random);
  return numbers;
}

std::vector<std::byte> bytes_of(const std::vector<int>& numbers) {
  std::vector<std::byte> bytes;
  for (const int number : numbers) bytes.push_back(static_cast<std::byte>(number));
  return bytes;
}

std::vector<std::uint16_t> narrow(const std::vector<int>& numbers) {
  const std::vector<float> floats(numbers.begin(), numbers.end());
  std::vector<std::uint16_t> half(numbers.size());
  kernels().to_bf16(floats.data(), static_cast<std::int64_t>(half.size()), half.data());
  return half;
}

class ByteMatrixTest : public testing::Test {
 protected:
  void SetUp() override {
    if (byte_loop() == nullptr) GTEST_SKIP() << "this processor has no loop for weights that stay bytes";
  }
};

TEST_F(ByteMatrixTest, SumsOfWholeNumbersAreExact) {
  constexpr std::int64_t rows = 15;
  for (const Shape shape : shapes) {
    const std::vector<int> weights = whole_numbers(shape.inputs * shape.outputs, 127, 1);
    const std::vector<int> source = whole_numbers(rows * shape.inputs, 60, 2);
    std::vector<float> scale(static_cast<std::size_t>(shape.outputs));
    std::vector<float> bias(scale.size());
    for (std::size_t i = 0; i < scale.size(); ++i) {
      scale[i] = i % 2 == 0 ? 1 : 0.25F;  // powers of two, which round nothing
      bias[i] = static_cast<float>(i);
    }
    const auto matrix = ByteMatrix::pack(bytes_of(weights), scale, bias, shape.outputs, shape.inputs);
    ASSERT_TRUE(matrix);
    std::vector<float> target(static_cast<std::size_t>(rows * shape.outputs));
    matrix->multiply(narrow(source).data(), rows, target.data());
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t out = 0; out < shape.outputs; ++out) {
        int sum = 0;
        for (std::int64_t in = 0; in < shape.inputs; ++in) {
          sum += source[static_cast<std::size_t>(row * shape.inputs + in)] *
                 weights[static_cast<std::size_t>(out * shape.inputs + in)];
        }
        const auto place = static_cast<std::size_t>(out);
        ASSERT_EQ(target[static_cast<std::size_t>(row * shape.outputs + out)], static_cast<float>(sum) * scale[place] + bias[place])
            << shape.inputs << "x" << shape.outputs << " row " << row << " output " << out;
      }
    }
  }
}

TEST_F(ByteMatrixTest, ARowsResultDoesNotDependOnOtherRows) {
  constexpr std::int64_t all = 45;
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (const Shape shape : shapes) {
    std::vector<float> source(static_cast<std::size_t>(all * shape.inputs));
    for (float& value : source) value = normal(random);
    std::vector<std::uint16_t> half(source.size());
    kernels().to_bf16(source.data(), static_cast<std::int64_t>(half.size()), half.data());
    const std::vector<float> scale(static_cast<std::size_t>(shape.outputs), 0.01F);
    const auto weights = bytes_of(whole_numbers(shape.inputs * shape.outputs, 127, 4));
    const auto matrix = ByteMatrix::pack(weights, scale, {}, shape.outputs, shape.inputs);
    ASSERT_TRUE(matrix);
    std::vector<float> together(static_cast<std::size_t>(all * shape.outputs));
    matrix->multiply(half.data(), all, together.data());
    for (std::int64_t rows = 1; rows < all; ++rows) {
      std::vector<float> part(static_cast<std::size_t>(rows * shape.outputs));
      matrix->multiply(half.data() + (all - rows) * shape.inputs, rows, part.data());
      const float* const same = together.data() + (all - rows) * shape.outputs;
      ASSERT_EQ(std::memcmp(part.data(), same, part.size() * sizeof(float)), 0) << rows << " rows";
    }
  }
}

TEST_F(ByteMatrixTest, WhatItCannotHoldIsNotPacked) {
  const std::vector<float> scale(2, 1);
  EXPECT_FALSE(ByteMatrix::pack(bytes_of({1, 2, 3, 4, 5, 6}), scale, {}, 2, 3)) << "an odd number of inputs";
  EXPECT_FALSE(ByteMatrix::pack(bytes_of({1, 2, 3, -128}), scale, {}, 2, 2));
  EXPECT_TRUE(ByteMatrix::pack(bytes_of({1, 2, 3, -127}), scale, {}, 2, 2));
}

/// The library takes all weights, on all processors.
TEST(PackedBytesTest, EveryByteWeighsWhatItSays) {
  for (const Precision precision : {Precision::f32, Precision::bf16}) {
    auto library = MatmulLibrary::create(precision);
    if (!library) throw std::runtime_error(library.error().message);
    for (const std::vector<int>& weights : {std::vector<int>{1, -128, 127, 4}, {5, -6, 7, 8}}) {
      const std::vector<float> scale = {0.5F, 2};
      const std::vector<float> bias = {10, 20};
      const auto matrix = library->pack_bytes(bytes_of(weights), scale, bias, 2, 2);
      ASSERT_TRUE(matrix);
      EXPECT_EQ(matrix->inputs(), 2);
      EXPECT_EQ(matrix->outputs(), 2);
      const std::vector<float> source = {3, -2, 1, 0};
      std::vector<float> target(4);
      MatmulScratch scratch;
      const OneThread one_thread;
      matrix->multiply(source.data(), 2, target.data(), scratch);
      for (std::size_t row = 0; row < 2; ++row) {
        for (std::size_t out = 0; out < 2; ++out) {
          const float sum = source[2 * row] * static_cast<float>(weights[2 * out]) +
                            source[2 * row + 1] * static_cast<float>(weights[2 * out + 1]);
          EXPECT_EQ(target[2 * row + out], sum * scale[out] + bias[out]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace attend::engine
