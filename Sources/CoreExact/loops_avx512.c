#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#define LOOPS core_exact_avx512
#define PANELS 4
#define WIDEST 4
#define BATCH 8
#include "loops.h"
#pragma clang attribute pop
#endif
