#ifndef CORE_MATH_H
#define CORE_MATH_H
int core_math_placeholder(void);
#endif
