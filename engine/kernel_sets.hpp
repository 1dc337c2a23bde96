// All sets of loops that were compiled, for `kernels()` and for the tests, which run every set that the processor can.
#pragma once

#include <vector>

#include "engine/kernels.hpp"

namespace attend::engine {

extern const Kernels generic_kernels;
#if defined(__x86_64__)
extern const Kernels avx2_kernels;
extern const Kernels avx512_kernels;
#endif

/// Best first.
std::vector<const Kernels*> kernel_sets_of_this_processor();

}  // namespace attend::engine
