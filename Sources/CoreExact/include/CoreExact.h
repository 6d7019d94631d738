/* The loops of exact arithmetic, compiled once for each instruction set and chosen at run time.
   Every set gives the same bits: each number of a result is made by the same additions and multiplications,
   each rounded to a float, in the same order, never fused; only how many numbers are worked on at once
   differs. Tests compare each set with plain Swift. All arrays are dense rows of floats. */
#ifndef CORE_EXACT_H
#define CORE_EXACT_H

typedef struct {
    /* y += W x. w: panels of 32 rows; in a panel, column after column of 32 floats. x [columns], y has room
       for `rows` rounded up to a multiple of 32. */
    void (*product)(long rows, long columns, const float *w, const float *x, float *y);
    /* The same of weights that are bfloat16, widened as they are read. */
    void (*product_halves)(long rows, long columns, const unsigned short *w, const float *x,
                           float *y);
    /* Of `count` vectors at once, each with the bits that it has alone: y[b] += W x[b]. x is only read. */
    void (*products)(long rows, long columns, const float *w, long count, float *const *x,
                     float *const *y);
    void (*products_halves)(long rows, long columns, const unsigned short *w, long count,
                            float *const *x, float *const *y);
    /* Gated delta rule, one head. state [n, n] (key, value), the vectors [n]:
       u = strength (value - decay Sᵀ key); S = decay S + key uᵀ; out = Sᵀ query. */
    void (*gated_delta)(long n, float *state, const float *query, const float *key,
                        const float *value, float decay, float strength, float *out);
    /* The same with a decay for each key channel, [n]:
       u = strength (value - Sᵀ (decay key)); S = decay S + key uᵀ; out = Sᵀ query. */
    void (*channel_delta)(long n, float *state, const float *query, const float *key,
                          const float *value, const float *decay, float strength, float *out);
    /* A delta-rule memory of one-hot values. memory [keys, n], key [keys]:
       M += key (strength (onehot(symbol) - Mᵀ key))ᵀ. */
    void (*write_symbol)(long keys, long n, long symbol, float *memory, const float *key,
                         float strength);
    /* out [n] += factor Mᵀ query. */
    void (*add_read)(long keys, long n, const float *memory, const float *query, float factor,
                     float *out);
} CoreExactLoops;

enum { CORE_EXACT_BASELINE = 0, CORE_EXACT_AVX2 = 1, CORE_EXACT_AVX512 = 2 };

/* The widest set that this processor has. */
int core_exact_best_level(void);
/* The loops of one set; NULL where this processor lacks it. */
const CoreExactLoops *core_exact_loops(int level);

#endif
