#include <math.h>
#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma"))), apply_to = function)
#define KERNELS core_math_avx512
#include "kernels.h"
#pragma clang attribute pop
#endif
