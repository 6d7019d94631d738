#include <math.h>
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define KERNELS core_math_avx2
#include "kernels.h"
#pragma clang attribute pop
#endif
