// The loops for processors with AVX2.
#if defined(__x86_64__)
#define ATTEND_KERNELS avx2_kernels
#define ATTEND_KERNELS_NAME "avx2"
#define ATTEND_LANES 8
#include "engine/kernels_body.inl"
#endif
