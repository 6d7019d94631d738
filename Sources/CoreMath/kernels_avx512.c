#include <math.h>
#if defined(__x86_64__)
#include <immintrin.h>

/* Rounds floats to bfloat16 sixteen an instruction, which takes numbers below the normal range for zero;
   returns how many. A function of its own: the others may not use that instruction. */
__attribute__((target("avx512f,avx512bf16"), noinline))
static long round_sixteens(long n, const float *x, unsigned short *y) {
    long i = 0;
    for (; i + 16 <= n; i += 16) {
        __m256bh halves = _mm512_cvtneps_pbh(_mm512_loadu_ps(x + i));
        __builtin_memcpy(y + i, &halves, 32);
    }
    return i;
}
#define ROUND_SIXTEENS round_sixteens

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma"))), apply_to = function)
#define KERNELS core_math_avx512
#include "kernels.h"
#pragma clang attribute pop
#endif
