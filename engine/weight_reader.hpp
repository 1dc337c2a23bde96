// Reads tensors of a checked model file as floats and packs them into the parts of a network.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "engine/matmul.hpp"
#include "engine/model_file.hpp"
#include "engine/network_parts.hpp"

namespace attend::engine {

/// The file has been checked against engine/tensor_plan.hpp, so what can fail here is packing alone. The first failure is kept in
/// `status()`; what is read after it is of no use.
class WeightReader {
 public:
  WeightReader(const ModelFile& file, MatmulLibrary& library) : file_(file), library_(library) {}

  const Status& status() const { return status_; }

  /// All elements, widened; empty if the file has no such tensor.
  std::vector<float> floats(const std::string& tensor) const;
  Aligned<float> aligned(const std::string& tensor) const;
  RowTable table(const std::string& tensor) const;

  NormWeights norm(const std::string& name, float eps) const;
  Matrix pack(const std::vector<float>& weights, const std::vector<float>& bias, std::int64_t outputs, std::int64_t inputs);
  /// NAME.weight [outputs, inputs] and, if there, NAME.bias; both multiplied by `scale`.
  Matrix linear(const std::string& name, float scale = 1);
  /// Several matrices of the same input below each other, as one product, multiplied by `scale`.
  Matrix stacked(const std::string& name, std::initializer_list<const char*> parts, float scale = 1);

 private:
  struct Bias {
    std::vector<float> values;  ///< of all outputs, or empty
    std::int64_t outputs = 0, inputs = 0;
  };

  Matrix taken(Result<Matrix> matrix);
  Bias stacked_bias(const std::string& name, std::initializer_list<const char*> parts, float scale) const;
  Matrix stacked_bytes(const std::string& name, std::initializer_list<const char*> parts, float scale, const Bias& bias);

  const ModelFile& file_;
  MatmulLibrary& library_;
  Status status_;
};

}  // namespace attend::engine
