// Activations by name.
#pragma once

#include <cstdint>

#include "engine/kernels.hpp"
#include "engine/model_config.hpp"

namespace attend::engine {

inline void activate(const Kernels& loops, Activation activation, float* x, std::int64_t count) {
  switch (activation) {
    case Activation::none:
      return;
    case Activation::gelu:
      return loops.gelu(x, count);
    case Activation::relu:
      return loops.relu(x, count);
    case Activation::swish:
      return loops.swish(x, count);
  }
}

}  // namespace attend::engine
