#include "engine/kernels.hpp"

#include "engine/kernel_sets.hpp"

namespace attend::engine {

#if defined(__x86_64__)
namespace {

bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}

bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

}  // namespace
#endif

std::vector<const Kernels*> kernel_sets_of_this_processor() {
  std::vector<const Kernels*> sets;
#if defined(__x86_64__)
  if (has_avx512()) sets.push_back(&avx512_kernels);
  if (has_avx2()) sets.push_back(&avx2_kernels);
#endif
  sets.push_back(&generic_kernels);
  return sets;
}

const Kernels& kernels() {
#if defined(__x86_64__)
  if (has_avx512()) return avx512_kernels;
  if (has_avx2()) return avx2_kernels;
#endif
  return generic_kernels;
}

}  // namespace attend::engine
