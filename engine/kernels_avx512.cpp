// The loops for processors with AVX512.
#if defined(__x86_64__)
#define ATTEND_KERNELS avx512_kernels
#define ATTEND_KERNELS_NAME "avx512"
#define ATTEND_LANES 16
#include "engine/kernels_body.inl"
#endif
