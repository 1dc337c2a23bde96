// Products with weights: the one place that knows oneDNN (2.6 and 3.x).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.hpp"
#include "engine/precision.hpp"

namespace attend::engine {

class MatmulShape;

/// What one thread needs to run products: a stream, scratch memory and buffers that grow to the largest product and stay. One
/// owner; not thread-safe.
class MatmulScratch {
 public:
  MatmulScratch();
  ~MatmulScratch();
  MatmulScratch(MatmulScratch&&) noexcept;
  MatmulScratch& operator=(MatmulScratch&&) noexcept;

 private:
  friend class Matrix;
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

/// Weights, packed once for the kernels. Immutable, cheap to copy, shared among threads.
class Matrix {
 public:
  Matrix();
  ~Matrix();
  Matrix(const Matrix&);
  Matrix(Matrix&&) noexcept;
  Matrix& operator=(const Matrix&);
  Matrix& operator=(Matrix&&) noexcept;

  std::int64_t inputs() const;
  std::int64_t outputs() const;
  /// target [rows, outputs] = source [rows, inputs] · weightsᵀ + bias. A row's result is the same to the last bit whatever the
  /// other rows and their number. Throws std::bad_alloc if memory runs out, and nothing else.
  void multiply(const float* source, std::int64_t rows, float* target, MatmulScratch& scratch) const;
  /// oneDNN's name of the code that runs `rows` rows; "ref…" would mean slow. "bytes" for weights that stay bytes.
  std::string implementation(std::int64_t rows) const;

 private:
  friend class MatmulLibrary;
  struct Packed;
  std::shared_ptr<const Packed> packed_;
};

/// Packs matrices. Matrices of equal shape share their compiled code. Used while a network loads, by one thread.
class MatmulLibrary {
 public:
  /// bf16 on a processor without it becomes f32.
  static Result<MatmulLibrary> create(Precision precision);
  ~MatmulLibrary();
  MatmulLibrary(MatmulLibrary&&) noexcept;
  MatmulLibrary& operator=(MatmulLibrary&&) noexcept;

  Precision precision() const;
  /// weights [outputs, inputs]; bias [outputs] or empty. The sizes are the caller's promise.
  Result<Matrix> pack(std::span<const float> weights, std::span<const float> bias, std::int64_t outputs, std::int64_t inputs);
  /// weights [outputs, inputs] of eight bits that stand for weights · row_scale; row_scale [outputs]. In bf16 they stay bytes where
  /// this processor has a loop for it, which is faster and rounds them less; else the result is that of `pack`.
  Result<Matrix> pack_bytes(std::span<const std::byte> weights, std::span<const float> row_scale, std::span<const float> bias,
                            std::int64_t outputs, std::int64_t inputs);

 private:
  struct Shapes;
  explicit MatmulLibrary(std::unique_ptr<Shapes> shapes);
  std::unique_ptr<Shapes> shapes_;
};

}  // namespace attend::engine
