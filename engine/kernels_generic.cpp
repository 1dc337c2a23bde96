// The loops for any processor.
#define ATTEND_KERNELS generic_kernels
#define ATTEND_KERNELS_NAME "generic"
#define ATTEND_LANES 4
#include "engine/kernels_body.inl"
