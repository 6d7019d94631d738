#include "CoreMath.h"
int core_math_placeholder(void){return 0;}
