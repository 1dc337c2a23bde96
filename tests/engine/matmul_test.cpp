#include "engine/matmul.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <omp.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <dnnl.hpp>
#include <iostream>
#include <random>
#include <thread>
#include <vector>

#include "engine/one_thread.hpp"

namespace attend::engine {
namespace {

std::vector<float> random_values(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

float rounded_to_bf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return std::bit_cast<float>((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000U);
}

struct Shape {
  std::int64_t inputs, outputs;
};
const std::vector<Shape> shapes = {{288, 864}, {288, 1152}, {1152, 288}, {400, 288}, {24, 24},
                                   {12, 37},   {80, 7},     {1, 1},      {257, 300}};

/// A packed matrix of random weights.
struct Example {
  Shape shape;
  std::vector<float> weights, bias;
  Matrix matrix;

  Example(MatmulLibrary& library, Shape of, bool biased)
      : shape(of),
        weights(random_values(static_cast<std::size_t>(of.inputs * of.outputs), 1)),
        bias(biased ? random_values(static_cast<std::size_t>(of.outputs), 2) : std::vector<float>()) {
    auto packed = library.pack(weights, bias, of.outputs, of.inputs);
    if (!packed) throw std::runtime_error(packed.error().message);
    matrix = *packed;
  }

  std::vector<float> multiply(const std::vector<float>& source) const {
    const auto rows = static_cast<std::int64_t>(source.size()) / shape.inputs;
    std::vector<float> target(static_cast<std::size_t>(rows * shape.outputs));
    MatmulScratch scratch;
    const OneThread one_thread;
    matrix.multiply(source.data(), rows, target.data(), scratch);
    return target;
  }
};

MatmulLibrary library_for(Precision precision) {
  auto library = MatmulLibrary::create(precision);
  if (!library) throw std::runtime_error(library.error().message);
  return std::move(*library);
}

class MatmulTest : public testing::TestWithParam<Precision> {
 protected:
  MatmulLibrary library = library_for(GetParam());
};

TEST_P(MatmulTest, AgreesWithSumsInDoublePrecision) {
  const bool narrow = library.precision() == Precision::bf16;
  for (const Shape shape : shapes) {
    for (const bool biased : {false, true}) {
      const Example example(library, shape, biased);
      for (const std::int64_t rows : {1, 5, 16, 131}) {
        const auto source = random_values(static_cast<std::size_t>(rows * shape.inputs), 3);
        const auto target = example.multiply(source);
        for (std::int64_t row = 0; row < rows; row += 13) {
          for (std::int64_t out = 0; out < shape.outputs; out += 5) {
            double expected = biased ? example.bias[static_cast<std::size_t>(out)] : 0;
            for (std::int64_t in = 0; in < shape.inputs; ++in) {
              const float a = source[static_cast<std::size_t>(row * shape.inputs + in)];
              const float b = example.weights[static_cast<std::size_t>(out * shape.inputs + in)];
              expected += narrow ? double{rounded_to_bf16(a)} * rounded_to_bf16(b) : double{a} * b;
            }
            ASSERT_NEAR(target[static_cast<std::size_t>(row * shape.outputs + out)], expected, 1e-5 * (shape.inputs + 10))
                << shape.inputs << "x" << shape.outputs << " row " << row << " of " << rows;
          }
        }
      }
    }
  }
}

/// Every row alone, and at the head and the tail of every number of rows, against one product of all rows; nothing if all are equal
/// to the last bit.
std::string row_dependence(MatmulLibrary& library) {
  constexpr std::int64_t all = 140;
  for (const Shape shape : shapes) {
    const Example example(library, shape, true);
    const auto source = random_values(static_cast<std::size_t>(all * shape.inputs), 4);
    const auto together = example.multiply(source);
    for (std::int64_t rows = 1; rows < all; rows += rows < 40 ? 1 : 11) {
      for (const std::int64_t first : {std::int64_t{0}, all - rows}) {
        const auto part = example.multiply({source.begin() + first * shape.inputs, source.begin() + (first + rows) * shape.inputs});
        if (std::memcmp(part.data(), together.data() + first * shape.outputs, part.size() * sizeof(float)) != 0) {
          return std::to_string(rows) + " rows of " + std::to_string(shape.inputs) + "x" + std::to_string(shape.outputs) + " by " +
                 example.matrix.implementation(rows) + " differ from " + std::to_string(all);
        }
      }
    }
  }
  return "";
}

TEST_P(MatmulTest, ARowsResultDoesNotDependOnOtherRows) {
  EXPECT_EQ(row_dependence(library), "");
}

TEST_P(MatmulTest, NoShapeFallsBackToTheReferenceCode) {
  for (const Shape shape : shapes) {
    const Example example(library, shape, true);
    for (const std::int64_t rows : {1, 2, 16, 40, 128}) {
      EXPECT_THAT(example.matrix.implementation(rows), testing::Not(testing::StartsWith("ref")))
          << shape.inputs << "x" << shape.outputs;
    }
  }
}

TEST_P(MatmulTest, ThreadsShareMatricesWhilePlansAppear) {
  const Example example(library, {288, 300}, true);
  const auto source = random_values(288 * 60, 5);
  const auto together = example.multiply(source);
  std::vector<std::thread> threads;
  std::vector<int> equal(4);
  for (std::size_t t = 0; t < equal.size(); ++t) {
    threads.emplace_back([&, t] {
      for (std::int64_t rows = 1; rows <= 60; ++rows) {
        const auto part = example.multiply({source.begin(), source.begin() + rows * 288});
        equal[t] += std::memcmp(part.data(), together.data(), part.size() * sizeof(float)) == 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(equal, testing::Each(60));
}

INSTANTIATE_TEST_SUITE_P(Precisions, MatmulTest, testing::Values(Precision::f32, Precision::bf16),
                         [](const auto& of) { return of.param == Precision::f32 ? "f32" : "bf16"; });

TEST(OneThreadTest, TheHostsSettingComesBack) {
  omp_set_num_threads(3);
  {
    const OneThread one_thread;
    EXPECT_EQ(omp_get_max_threads(), 1);
  }
  EXPECT_EQ(omp_get_max_threads(), 3);
  omp_set_num_threads(1);
}

// oneDNN on lesser processors: the limit must be set before anything else, hence a process of its own.
class LesserProcessor : public testing::TestWithParam<dnnl::cpu_isa> {};

TEST_P(LesserProcessor, ARowsResultDoesNotDependOnOtherRows) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto check = [] {
    if (dnnl::set_max_cpu_isa(GetParam()) != dnnl::status::success) std::_Exit(2);
    for (const Precision precision : {Precision::f32, Precision::bf16}) {
      MatmulLibrary library = library_for(precision);
      const std::string difference = row_dependence(library);
      if (!difference.empty()) {
        std::cerr << difference << "\n";
        std::_Exit(1);
      }
    }
    std::_Exit(0);
  };
  EXPECT_EXIT(check(), testing::ExitedWithCode(0), "");
}

INSTANTIATE_TEST_SUITE_P(Limits, LesserProcessor,
                         testing::Values(dnnl::cpu_isa::sse41, dnnl::cpu_isa::avx2, dnnl::cpu_isa::avx512_core),
                         [](const auto& of) {
                           return of.param == dnnl::cpu_isa::sse41  ? "sse41"
                                  : of.param == dnnl::cpu_isa::avx2 ? "avx2"
                                                                    : "avx512_core";
                         });

}  // namespace
}  // namespace attend::engine
