/* Element-wise loops of training, compiled once for each instruction set and chosen at run time.
   Training only: results may differ in the last bits between instruction sets. Each loop is compared with
   plain Swift in Tests, by itself or through its layer. All arrays are dense rows of floats unless a stride
   is named; "in place" means the input is overwritten. */
#ifndef CORE_MATH_H
#define CORE_MATH_H

#include <stdint.h>

typedef struct {
    /* LSTM. gates [rows, 4 h]: i, f, g, o. Forward adds both biases [4 h], activates the gates in
       place and writes cell, tanh(cell) and hidden [rows, h]. */
    void (*lstm_forward)(int rows, int h, float *gates, const float *bias_ih, const float *bias_hh,
                         const float *cell_before, float *cell, float *cell_tanh, float *hidden);
    /* From dL/dhidden [rows, h] and dL/dcell (in and out): gates become dL/d(gates before activation). */
    void (*lstm_backward)(int rows, int h, float *gates, const float *cell_before,
                          const float *cell_tanh, const float *d_hidden, float *d_cell);
    /* GRU. from_input, from_hidden [rows, 3 h]: r, z, n. Forward adds the biases, leaves the activated
       gates in from_input and the new gate's hidden product in the last third of from_hidden. */
    void (*gru_forward)(int rows, int h, float *from_input, float *from_hidden, const float *bias_ih,
                        const float *bias_hh, const float *hidden_before, float *hidden);
    /* from_input and from_hidden become their gradients; d_hidden becomes its direct part for the
       step before (dh ⊙ z). */
    void (*gru_backward)(int rows, int h, float *from_input, float *from_hidden,
                         const float *hidden_before, float *d_hidden);
    /* Softmax cross-entropy. logits [rows, n] become weight · scale · (p − onehot); returns the
       weighted sum of losses in nats. bias [n] is added first. */
    double (*softmax_loss)(int rows, int n, float *logits, const float *bias, const int32_t *targets,
                           const float *weights, float scale);
    /* out[j] += sum over rows of x[row, j]. */
    void (*column_sum)(int rows, int n, const float *x, float *out);
    /* y += x, n values. */
    void (*add)(long n, const float *x, float *y);
    /* Sum of squares of n values. */
    double (*sum_of_squares)(long n, const float *x);
    /* AdamW on n values; gradient is scaled by clip first (Loshchilov and Hutter 2019). */
    void (*adamw)(long n, float *p, float *m, float *v, const float *g, float clip, float beta1,
                  float beta2, float rate, float correction1, float correction2, float epsilon,
                  float decay);
    /* y = x / sqrt(mean(x²) + 1e-6) for each row; inverse [rows] keeps the factor. */
    void (*rms_forward)(int rows, int n, const float *x, float *y, float *inverse);
    /* dx (+)= inverse · (dy − y mean(dy ⊙ y)); accumulate chooses += over =. */
    void (*rms_backward)(int rows, int n, const float *y, const float *inverse, const float *dy,
                         float *dx, int accumulate);
    /* One row of the width-4 causal convolution: before = Σ taps[j] ⊙ x_j, y = silu(before).
       taps [4][n], oldest first. */
    void (*convolve_row)(int n, const float *x0, const float *x1, const float *x2, const float *x3,
                         const float *taps, float *before, float *y);
    /* Its gradient: dy → d_before; dx_j += taps[j] ⊙ d_before; d_taps[j] += d_before ⊙ x_j. */
    void (*convolve_row_backward)(int n, const float *dy, const float *before, const float *taps,
                                  const float *x0, const float *x1, const float *x2, const float *x3,
                                  float *dx0, float *dx1, float *dx2, float *dx3, float *d_taps);
    /* y = x / sqrt(Σx² + 1e-6), one row; returns the factor. */
    float (*unit_row)(int n, const float *x, float *y);
    void (*unit_row_backward)(int n, const float *y, float inverse, const float *dy, float *dx);
    /* out = rms(o) ⊙ silu(gate) for one head of one row; returns the rms factor. */
    float (*gated_row)(int n, const float *o, const float *gate, float *out);
    void (*gated_row_backward)(int n, const float *o, float inverse, const float *gate,
                               const float *d_out, float *d_o, float *d_gate);
    /* x = max(x, 0)² into y; and dx = dy · 2 max(x, 0). */
    void (*squared_relu)(long n, const float *x, float *y);
    void (*squared_relu_backward)(long n, const float *x, const float *dy, float *dx);
    /* Decay matrices of a chunk of c steps. cumulative [c]; products KKᵀ and QKᵀ [c, c] become
       A = strictly lower(β_i kk e^(c_i−c_j)), P = lower(qk e^(c_i−c_j)); decay gets e^(c_i−c_j). */
    void (*delta_matrices)(int c, const float *cumulative, const float *strength, const float *kk,
                           const float *qk, float *a, float *p, float *decay);
    /* u = (I + A)⁻¹ (β ⊙ (v − γ ⊙ ks)), [c, n]; a is strictly lower. */
    void (*delta_solve)(int c, int n, const float *a, const float *strength, const float *gamma,
                        const float *v, const float *ks, float *u);
    /* r = (I + A)⁻ᵀ r in place, [c, n]. */
    void (*delta_solve_transposed)(int c, int n, const float *a, float *r);
    /* Kimi delta attention. Log decays of one row: g = max(−softplus(x + bias), −2.4). */
    void (*decay_row)(int n, const float *x, const float *bias, float *g);
    /* Its gradient: dx = −σ(x + bias) dg, zero where g is at its bound. */
    void (*decay_row_backward)(int n, const float *x, const float *bias, const float *dg, float *dx);
    /* A chunk of c steps, [c, n]. Log decays g become their running sums, in place; stacked [2 c, n] gets
       k e^g, then q e^g; minus k e^−g; to_end k e^(g_last − g). */
    void (*decay_scale)(int c, int n, float *g, const float *k, const float *q, float *stacked,
                        float *minus, float *to_end);
    /* From the gradients of those three to dq, dk and the gradient of the log decays dg. sum [n] enters
       as the gradient of e^g_last times e^g_last and is used up. */
    void (*decay_scale_backward)(int c, int n, const float *g, const float *stacked,
                                 const float *minus, const float *to_end, const float *d_stacked,
                                 const float *d_minus, const float *d_to_end, float *sum, float *dq,
                                 float *dk, float *dg);
    /* Products of pairs [2 c, c] in place: the first c rows become strictly lower, row i times
       strength[i]; the others lower. */
    void (*mask_pairs)(int c, const float *strength, float *pairs);
    /* y = x3 + Σ taps[j] ⊙ x_j: the residual convolution of width 4; taps [4][n], oldest first. */
    void (*residual_convolve_row)(int n, const float *x0, const float *x1, const float *x2,
                                  const float *x3, const float *taps, float *y);
    /* dx_j += taps[j] ⊙ dy, dx3 += dy besides; d_taps[j] += dy ⊙ x_j. */
    void (*residual_convolve_row_backward)(int n, const float *dy, const float *taps,
                                           const float *x0, const float *x1, const float *x2,
                                           const float *x3, float *dx0, float *dx1, float *dx2,
                                           float *dx3, float *d_taps);
    /* out = rms(o) ⊙ σ(gate) for one head of one row; returns the rms factor. */
    float (*sigmoid_gated_row)(int n, const float *o, const float *gate, float *out);
    void (*sigmoid_gated_row_backward)(int n, const float *o, float inverse, const float *gate,
                                       const float *d_out, float *d_o, float *d_gate);
    /* y[i, :] = s[i] x[i, :] for [rows, n]. */
    void (*scale_rows)(int rows, int n, const float *s, const float *x, float *y);
    /* y = a x + b y, n values. */
    void (*blend)(long n, float a, const float *x, float b, float *y);
    /* x *= a in place, [rows, columns], rows `stride` apart. */
    void (*scale)(long rows, long columns, long stride, float a, float *x);
    /* Dot products of rows: out[i] = Σ x[i, j] y[i, j]. */
    void (*row_dots)(int rows, int n, const float *x, const float *y, float *out);
    /* Rounds floats [rows, columns], rows `stride` apart, to dense bfloat16, ties to even; numbers below the
       normal range may become zero. */
    void (*to_bf16)(long rows, long columns, long stride, const float *x, uint16_t *y);
    /* One step of a pointer over n symbols looked back on, oldest first. dots [n] are q·k, distances [n]
       ln(distance + 1), matches [n], symbols [n + 1] from one step earlier on, before [n] the weights of that
       step. attention = softmax(sharpness dots − recency distances + match matches);
       weights = (1 − follow) attention + follow before where symbols[j] is `symbol`. */
    void (*pointer_row)(int n, float sharpness, float recency, float match, float follow, int32_t symbol,
                        const float *dots, const float *distances, const float *matches,
                        const int32_t *symbols, const float *before, float *attention, float *weights);
    /* logits[symbols[j]] += factor weights[j]. */
    void (*pointer_read)(int n, float factor, const int32_t *symbols, const float *weights, float *logits);
    /* Gradients of both. d_weights [n] is that of this step's weights from the step after, and becomes that of
       the step before; d_dots [n] that of the dots, without the sharpness; sums [4]: Σ weights d_logits, and the
       gradients of follow, recency and match. */
    void (*pointer_backward)(int n, float factor, float follow, int32_t symbol, const int32_t *symbols,
                             const float *before, const float *attention, const float *weights,
                             const float *distances, const float *matches, const float *d_logits,
                             float *d_weights, float *d_dots, float *sums);
    /* e^x, n values: used by tests to check the approximation. */
    void (*exponential)(long n, const float *x, float *y);
} CoreMathKernels;

/* Instruction sets, best last. */
enum { CORE_MATH_BASELINE = 0, CORE_MATH_AVX2 = 1, CORE_MATH_AVX512 = 2 };

/* The best set this processor has. */
int core_math_best_level(void);
/* The kernels of a set, or null where this build or processor has none. */
const CoreMathKernels *core_math_kernels(int level);
/* Whether oneDNN is there; it is opened with the first call of any of these, and stays. */
int core_math_has_gemm(void);

/* c = a b + keep c with factors of float32, as oneDNN's dnnl_sgemm has it: row-major, 'N' or 'T'. Not 0 where
   there is no oneDNN. */
int core_math_gemm_f32(char trans_a, char trans_b, long m, long n, long k, const float *a, long lda,
                       const float *b, long ldb, float keep, float *c, long ldc);

/* Whether this processor and the oneDNN that is there multiply bfloat16 matrices natively. */
int core_math_has_bf16(void);
/* c = a b + keep c in row-major order, a [m, k] and b [k, n] bfloat16, c [m, n] float; 'T' for a factor
   that lies transposed; ld is the distance of rows as they lie. Returns 0, or another number where
   nothing was computed. */
int core_math_gemm_bf16(char trans_a, char trans_b, long m, long n, long k, const uint16_t *a, long lda,
                        const uint16_t *b, long ldb, float keep, float *c, long ldc);
/* Has every call of oneDNN from this thread use this thread alone. No effect without OpenMP. */
void core_math_single_threaded(void);

#endif
