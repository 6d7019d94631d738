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

/* oneDNN exports this product without declaring it, so it is looked up: a library without it means fp32. */
typedef int (*gemm_bf16)(char, char, int64_t, int64_t, int64_t, float, const uint16_t *, int64_t,
                         const uint16_t *, int64_t, float, float *, int64_t);

static gemm_bf16 find_gemm_bf16(void) {
    static gemm_bf16 found = NULL;
    static int looked = 0;
    if (!__atomic_load_n(&looked, __ATOMIC_ACQUIRE)) {
        gemm_bf16 symbol = (gemm_bf16)dlsym(RTLD_DEFAULT, "dnnl_gemm_bf16bf16f32");
        __atomic_store_n(&found, symbol, __ATOMIC_RELAXED);
        __atomic_store_n(&looked, 1, __ATOMIC_RELEASE);
    }
    return found;
}

int core_math_has_bf16(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return core_math_best_level() == CORE_MATH_AVX512 && __builtin_cpu_supports("avx512bf16")
        && find_gemm_bf16() != NULL;
#else
    return 0;
#endif
}

int core_math_gemm_bf16(char trans_a, char trans_b, long m, long n, long k, const uint16_t *a, long lda,
                        const uint16_t *b, long ldb, float keep, float *c, long ldc) {
    gemm_bf16 multiply = find_gemm_bf16();
    return multiply ? multiply(trans_a, trans_b, m, n, k, 1.0f, a, lda, b, ldb, keep, c, ldc) : -1;
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
