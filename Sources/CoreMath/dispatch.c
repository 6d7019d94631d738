#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include "CoreMath.h"

extern const CoreMathKernels core_math_baseline;
#if defined(__x86_64__)
extern const CoreMathKernels core_math_avx2;
extern const CoreMathKernels core_math_avx512;
#endif

int core_math_best_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return CORE_MATH_BASELINE;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
        return CORE_MATH_AVX512;
    return CORE_MATH_AVX2;
#else
    return CORE_MATH_BASELINE;
#endif
}

const CoreMathKernels *core_math_kernels(int level) {
    if (level < 0 || level > core_math_best_level()) return NULL;
#if defined(__x86_64__)
    if (level == CORE_MATH_AVX512) return &core_math_avx512;
    if (level == CORE_MATH_AVX2) return &core_math_avx2;
#endif
    return &core_math_baseline;
}

void core_math_single_threaded(void) {
    /* The thread count of OpenMP is a setting of each thread, so a worker sets it for itself. */
    static void (*set_threads)(int) = NULL;
    static int looked = 0;
    if (!__atomic_load_n(&looked, __ATOMIC_ACQUIRE)) {
        void *symbol = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
        __atomic_store_n(&set_threads, (void (*)(int))symbol, __ATOMIC_RELAXED);
        __atomic_store_n(&looked, 1, __ATOMIC_RELEASE);
    }
    if (set_threads) set_threads(1);
}
