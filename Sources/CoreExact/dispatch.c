#include <stddef.h>
#include "CoreExact.h"

extern const CoreExactLoops core_exact_baseline;
#if defined(__x86_64__)
extern const CoreExactLoops core_exact_avx2;
extern const CoreExactLoops core_exact_avx512;
#endif

int core_exact_best_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f")) return CORE_EXACT_AVX512;
    if (__builtin_cpu_supports("avx2")) return CORE_EXACT_AVX2;
#endif
    return CORE_EXACT_BASELINE;
}

const CoreExactLoops *core_exact_loops(int level) {
    if (level < 0 || level > core_exact_best_level()) return NULL;
#if defined(__x86_64__)
    if (level == CORE_EXACT_AVX512) return &core_exact_avx512;
    if (level == CORE_EXACT_AVX2) return &core_exact_avx2;
#endif
    return &core_exact_baseline;
}
