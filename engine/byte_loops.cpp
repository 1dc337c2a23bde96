#include "engine/byte_loops.hpp"

#if defined(__x86_64__)
#include "engine/byte_loops_avx512.hpp"
#endif

namespace attend::engine {

ByteLoop byte_loop() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512bf16") &&
      __builtin_cpu_supports("avx512vbmi")) {
    return multiply_bytes_avx512;
  }
#endif
  return nullptr;
}

}  // namespace attend::engine
