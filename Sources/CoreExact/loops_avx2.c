#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define LOOPS core_exact_avx2
#define PANELS 2
#define WIDEST 4
#define BATCH 2
#include "loops.h"
#pragma clang attribute pop
#endif
