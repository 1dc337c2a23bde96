// Which tensors a configuration calls for: names, shapes, element types. One table for the check at opening and for whoever loads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/model_config.hpp"

namespace attend::engine {

/// What a tensor may be stored as.
enum class Storage {
  matrix,  ///< F32, BF16, or I8 beside NAME.row_scale
  vector,  ///< F32 or BF16
  exact,   ///< F32 only
  bytes,   ///< U8, one dimension of any length
};

struct PlannedTensor {
  std::string name;
  std::vector<std::int64_t> shape;  ///< empty for `bytes`
  Storage storage = Storage::matrix;
  bool optional = false;
};

/// All tensors of a model but the row scales of eight-bit matrices.
std::vector<PlannedTensor> plan_tensors(const ModelConfig& config);

}  // namespace attend::engine
