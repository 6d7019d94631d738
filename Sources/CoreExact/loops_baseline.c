/* Whatever the platform's compilers may always use: four numbers at once on x86-64 and on arm64. */
#define LOOPS core_exact_baseline
#define PANELS 1
#define WIDEST 2
#define BATCH 1
#include "loops.h"
