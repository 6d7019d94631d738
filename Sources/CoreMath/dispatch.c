#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
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

/* oneDNN is opened when the first product is asked for and not before, so that whoever only chats needs no
   such library. Both functions are part of its stable interface in C; the second it exports without declaring
   it, and a library without it means fp32. */
typedef int (*gemm_f32)(char, char, int64_t, int64_t, int64_t, float, const float *, int64_t,
                        const float *, int64_t, float, float *, int64_t);
typedef int (*gemm_bf16)(char, char, int64_t, int64_t, int64_t, float, const uint16_t *, int64_t,
                         const uint16_t *, int64_t, float, float *, int64_t);

static struct {
    gemm_f32 f32;
    gemm_bf16 bf16;
    void (*set_threads)(int);
} products;
static pthread_once_t opened = PTHREAD_ONCE_INIT;

static void open_products(void) {
#if !defined(__APPLE__)
    static const char *const names[] = {"libdnnl.so.3", "libdnnl.so.2", "libdnnl.so"};
    void *library = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !library; i++)
        library = dlopen(names[i], RTLD_NOW | RTLD_GLOBAL);
    if (!library) return;
    products.f32 = (gemm_f32)dlsym(library, "dnnl_sgemm");
    products.bf16 = (gemm_bf16)dlsym(library, "dnnl_gemm_bf16bf16f32");
    /* Of the OpenMP that came with it. */
    products.set_threads = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
#endif
}

static gemm_bf16 find_gemm_bf16(void) {
    pthread_once(&opened, open_products);
    return products.bf16;
}

int core_math_has_gemm(void) {
    pthread_once(&opened, open_products);
    return products.f32 != NULL;
}

int core_math_gemm_f32(char trans_a, char trans_b, long m, long n, long k, const float *a, long lda,
                       const float *b, long ldb, float keep, float *c, long ldc) {
    pthread_once(&opened, open_products);
    return products.f32 ? products.f32(trans_a, trans_b, m, n, k, 1.0f, a, lda, b, ldb, keep, c, ldc) : -1;
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
    pthread_once(&opened, open_products);
    if (products.set_threads) products.set_threads(1);
}
