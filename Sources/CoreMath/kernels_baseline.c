#define KERNELS core_math_baseline
#include "kernels.h"
