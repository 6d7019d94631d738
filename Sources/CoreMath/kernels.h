/* The loops themselves, included once for each instruction set with KERNELS set to the table's name. */
#include <math.h>
#include "CoreMath.h"

#define R restrict
/* Training may reorder sums and fuse products; exact generation never comes here. */
#pragma clang fp contract(fast)
#pragma clang fp reassociate(on)

/* Sixteen numbers as one value; the compiler splits it where registers are shorter. */
/* These values never cross from one file to another, so how they would be handed over is of no matter. */
#pragma clang diagnostic ignored "-Wpsabi"
typedef float lanes16 __attribute__((vector_size(64)));
static inline lanes16 load16(const float *x) {
    lanes16 v;
    __builtin_memcpy(&v, x, sizeof v);
    return v;
}
static inline void store16(float *x, lanes16 v) { __builtin_memcpy(x, &v, sizeof v); }
static inline float sum16(lanes16 v) {
    float parts[16];
    store16(parts, v);
    for (int width = 8; width > 0; width /= 2)
        for (int i = 0; i < width; i++) parts[i] += parts[i + width];
    return parts[0];
}

/* Σ x y. */
static inline float dot(int n, const float *x, const float *y) {
    lanes16 a = {0}, b = {0};
    int j = 0;
    for (; j + 32 <= n; j += 32) {
        a += load16(x + j) * load16(y + j);
        b += load16(x + j + 16) * load16(y + j + 16);
    }
    float total = sum16(a + b);
    for (; j < n; j++) total += x[j] * y[j];
    return total;
}

/* e^x as in ExactMath.exp, free of branches so that loops over it vectorise. */
static inline float exp1(float x) {
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    int n = (int)(x * 1.442695f + (x < 0 ? -0.5f : 0.5f));
    float nf = (float)n;
    float r = (x - nf * 0.693359375f) - nf * -2.1219444e-4f;
    float p = 1.984127e-4f;
    p = p * r + 1.3888889e-3f;
    p = p * r + 8.3333333e-3f;
    p = p * r + 4.1666667e-2f;
    p = p * r + 0.16666667f;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    union { int i; float f; } power = { (n + 127) << 23 };
    return p * power.f;
}
static inline float sigmoid1(float x) { return 1.0f / (1.0f + exp1(-x)); }
static inline float tanh1(float x) { return 2.0f / (1.0f + exp1(-2.0f * x)) - 1.0f; }

static void exponential(long n, const float *R x, float *R y) {
    for (long i = 0; i < n; i++) y[i] = exp1(x[i]);
}

/* One row each in a function of its own: only as parameters does the compiler believe that the parts of a
   row do not overlap, and without that it falls back to one number at a time. */
static inline void lstm_row(int h, float *R gi, float *R gf, float *R gg, float *R go,
                            const float *R bias_ih, const float *R bias_hh,
                            const float *R before, float *R cell, float *R cell_tanh,
                            float *R hidden) {
    for (int j = 0; j < h; j++) {
        float i = sigmoid1(gi[j] + (bias_ih[j] + bias_hh[j]));
        float f = sigmoid1(gf[j] + (bias_ih[h + j] + bias_hh[h + j]));
        float g = tanh1(gg[j] + (bias_ih[2 * h + j] + bias_hh[2 * h + j]));
        float o = sigmoid1(go[j] + (bias_ih[3 * h + j] + bias_hh[3 * h + j]));
        float next = f * before[j] + i * g;
        float squashed = tanh1(next);
        gi[j] = i; gf[j] = f; gg[j] = g; go[j] = o;
        cell[j] = next; cell_tanh[j] = squashed; hidden[j] = o * squashed;
    }
}

static void lstm_forward(int rows, int h, float *gates, const float *bias_ih, const float *bias_hh,
                         const float *cell_before, float *cell, float *cell_tanh, float *hidden) {
    for (long row = 0; row < rows; row++) {
        float *g = gates + row * 4 * h;
        lstm_row(h, g, g + h, g + 2 * h, g + 3 * h, bias_ih, bias_hh, cell_before + row * h,
                 cell + row * h, cell_tanh + row * h, hidden + row * h);
    }
}

static inline void lstm_row_backward(int h, float *R gi, float *R gf, float *R gg, float *R go,
                                     const float *R before, const float *R t, const float *R dh,
                                     float *R dc) {
    for (int j = 0; j < h; j++) {
        float i = gi[j], f = gf[j], g = gg[j], o = go[j];
        float d = dc[j] + dh[j] * o * (1.0f - t[j] * t[j]);
        go[j] = dh[j] * t[j] * o * (1.0f - o);
        gi[j] = d * g * i * (1.0f - i);
        gf[j] = d * before[j] * f * (1.0f - f);
        gg[j] = d * i * (1.0f - g * g);
        dc[j] = d * f;
    }
}

static void lstm_backward(int rows, int h, float *gates, const float *cell_before,
                          const float *cell_tanh, const float *d_hidden, float *d_cell) {
    for (long row = 0; row < rows; row++) {
        float *g = gates + row * 4 * h;
        lstm_row_backward(h, g, g + h, g + 2 * h, g + 3 * h, cell_before + row * h,
                          cell_tanh + row * h, d_hidden + row * h, d_cell + row * h);
    }
}

static inline void gru_row(int h, float *R xr, float *R xz, float *R xn, const float *R hr,
                           const float *R hz, float *R hn, const float *R bias_ih,
                           const float *R bias_hh, const float *R before, float *R y) {
    for (int j = 0; j < h; j++) {
        float r = sigmoid1(xr[j] + hr[j] + (bias_ih[j] + bias_hh[j]));
        float z = sigmoid1(xz[j] + hz[j] + (bias_ih[h + j] + bias_hh[h + j]));
        float product = hn[j] + bias_hh[2 * h + j];
        float n = tanh1(xn[j] + bias_ih[2 * h + j] + r * product);
        xr[j] = r; xz[j] = z; xn[j] = n; hn[j] = product;
        y[j] = (1.0f - z) * n + z * before[j];
    }
}

static void gru_forward(int rows, int h, float *from_input, float *from_hidden,
                        const float *bias_ih, const float *bias_hh, const float *hidden_before,
                        float *hidden) {
    for (long row = 0; row < rows; row++) {
        float *x = from_input + row * 3 * h, *u = from_hidden + row * 3 * h;
        gru_row(h, x, x + h, x + 2 * h, u, u + h, u + 2 * h, bias_ih, bias_hh,
                hidden_before + row * h, hidden + row * h);
    }
}

static inline void gru_row_backward(int h, float *R xr, float *R xz, float *R xn, float *R hr,
                                    float *R hz, float *R hn, const float *R before, float *R dh) {
    for (int j = 0; j < h; j++) {
        float r = xr[j], z = xz[j], n = xn[j], d = dh[j];
        float dn = d * (1.0f - z) * (1.0f - n * n);
        float dz = d * (before[j] - n) * z * (1.0f - z);
        float dr = dn * hn[j] * r * (1.0f - r);
        xr[j] = dr; hr[j] = dr;
        xz[j] = dz; hz[j] = dz;
        xn[j] = dn; hn[j] = dn * r;
        dh[j] = d * z;
    }
}

static void gru_backward(int rows, int h, float *from_input, float *from_hidden,
                         const float *hidden_before, float *d_hidden) {
    for (long row = 0; row < rows; row++) {
        float *x = from_input + row * 3 * h, *u = from_hidden + row * 3 * h;
        gru_row_backward(h, x, x + h, x + 2 * h, u, u + h, u + 2 * h, hidden_before + row * h,
                         d_hidden + row * h);
    }
}

static double softmax_loss(int rows, int n, float *R logits, const float *R bias,
                           const int32_t *R targets, const float *R weights, float scale) {
    double loss = 0;
    for (int row = 0; row < rows; row++) {
        float *R x = logits + (long)row * n;
        float lanes[16], largest = -INFINITY;
        for (int k = 0; k < 16; k++) lanes[k] = -INFINITY;
        int j = 0;
        for (; j + 16 <= n; j += 16)
            for (int k = 0; k < 16; k++) {
                x[j + k] += bias[j + k];
                lanes[k] = x[j + k] > lanes[k] ? x[j + k] : lanes[k];
            }
        for (; j < n; j++) {
            x[j] += bias[j];
            largest = x[j] > largest ? x[j] : largest;
        }
        for (int k = 0; k < 16; k++) largest = lanes[k] > largest ? lanes[k] : largest;
        float target = x[targets[row]] - largest, total = 0;
        for (int j = 0; j < n; j++) {
            x[j] = exp1(x[j] - largest);
            total += x[j];
        }
        float w = weights[row];
        loss += (double)w * (log((double)total) - (double)target);
        float factor = w * scale / total;
        for (int j = 0; j < n; j++) x[j] *= factor;
        x[targets[row]] -= w * scale;
    }
    return loss;
}

static void column_sum(int rows, int n, const float *R x, float *R out) {
    for (int row = 0; row < rows; row++)
        for (int j = 0; j < n; j++) out[j] += x[(long)row * n + j];
}

static void add(long n, const float *R x, float *R y) {
    for (long i = 0; i < n; i++) y[i] += x[i];
}

static double sum_of_squares(long n, const float *R x) {
    double total = 0;
    for (long start = 0; start < n; start += 4096) {
        long end = start + 4096 < n ? start + 4096 : n;
        float part = 0;
        for (long i = start; i < end; i++) part += x[i] * x[i];
        total += part;
    }
    return total;
}

static void adamw(long n, float *R p, float *R m, float *R v, const float *R g, float clip,
                  float beta1, float beta2, float rate, float correction1, float correction2,
                  float epsilon, float decay) {
    float step = rate / correction1, root = 1.0f / correction2, shrink = 1.0f - rate * decay;
    for (long i = 0; i < n; i++) {
        float d = g[i] * clip;
        float m1 = beta1 * m[i] + (1.0f - beta1) * d;
        float v1 = beta2 * v[i] + (1.0f - beta2) * d * d;
        m[i] = m1;
        v[i] = v1;
        p[i] = p[i] * shrink - step * m1 / (sqrtf(v1 * root) + epsilon);
    }
}

static float inverse_norm(int n, const float *R x, float divisor) {
    return 1.0f / sqrtf(dot(n, x, x) / divisor + 1e-6f);
}

static void rms_forward(int rows, int n, const float *R x, float *R y, float *R inverse) {
    for (int row = 0; row < rows; row++) {
        const float *R in = x + (long)row * n;
        float *R out = y + (long)row * n;
        float s = inverse_norm(n, in, (float)n);
        inverse[row] = s;
        for (int j = 0; j < n; j++) out[j] = in[j] * s;
    }
}

/* d = s (dy − y Σ(dy y) / divisor): the gradient through y = x s(x). */
static inline void norm_backward(int n, const float *R y, float s, float divisor, const float *dy,
                                 float *dx, int accumulate) {
    float mean = dot(n, dy, y) / divisor;
    if (accumulate) {
        for (int j = 0; j < n; j++) dx[j] += s * (dy[j] - y[j] * mean);
    } else {
        for (int j = 0; j < n; j++) dx[j] = s * (dy[j] - y[j] * mean);
    }
}

static void rms_backward(int rows, int n, const float *R y, const float *R inverse,
                         const float *dy, float *dx, int accumulate) {
    for (int row = 0; row < rows; row++)
        norm_backward(n, y + (long)row * n, inverse[row], (float)n, dy + (long)row * n,
                      dx + (long)row * n, accumulate);
}

static void convolve_row(int n, const float *x0, const float *x1, const float *x2, const float *x3,
                         const float *R taps, float *R before, float *R y) {
    for (int j = 0; j < n; j++) {
        float a = taps[j] * x0[j] + taps[n + j] * x1[j] + taps[2 * n + j] * x2[j] + taps[3 * n + j] * x3[j];
        before[j] = a;
        y[j] = a * sigmoid1(a);
    }
}

static inline void silu_backward(int n, const float *R dy, const float *R before, float *R d) {
    for (int j = 0; j < n; j++) {
        float s = sigmoid1(before[j]);
        d[j] = dy[j] * (s + before[j] * s * (1.0f - s));
    }
}

/* Rows that receive gradients may be one and the same scratch row, so each is read after the one before it is
   written. */
static void convolve_row_backward(int n, const float *dy, const float *before, const float *taps,
                                  const float *x0, const float *x1, const float *x2, const float *x3,
                                  float *dx0, float *dx1, float *dx2, float *dx3, float *d_taps) {
    enum { block = 192 };
    float d[block];
    const float *xs[4] = {x0, x1, x2, x3};
    float *dxs[4] = {dx0, dx1, dx2, dx3};
    for (int start = 0; start < n; start += block) {
        int end = start + block < n ? start + block : n, j = start;
        silu_backward(end - start, dy + start, before + start, d);
        for (; j + 16 <= end; j += 16) {
            lanes16 part = load16(d + j - start);
            for (int k = 0; k < 4; k++) {
                long at = (long)k * n + j;
                store16(dxs[k] + j, load16(dxs[k] + j) + load16(taps + at) * part);
                store16(d_taps + at, load16(d_taps + at) + load16(xs[k] + j) * part);
            }
        }
        for (; j < end; j++)
            for (int k = 0; k < 4; k++) {
                long at = (long)k * n + j;
                dxs[k][j] += taps[at] * d[j - start];
                d_taps[at] += xs[k][j] * d[j - start];
            }
    }
}

static float unit_row(int n, const float *R x, float *R y) {
    float s = inverse_norm(n, x, 1.0f);
    for (int j = 0; j < n; j++) y[j] = x[j] * s;
    return s;
}

static void unit_row_backward(int n, const float *R y, float s, const float *R dy, float *R dx) {
    norm_backward(n, y, s, 1.0f, dy, dx, 0);
}

static float gated_row(int n, const float *R o, const float *R gate, float *R out) {
    float s = inverse_norm(n, o, (float)n);
    for (int j = 0; j < n; j++) out[j] = o[j] * s * (gate[j] * sigmoid1(gate[j]));
    return s;
}

static void gated_row_backward(int n, const float *R o, float inverse, const float *R gate,
                               const float *R d_out, float *R d_o, float *R d_gate) {
    for (int j = 0; j < n; j++) {
        float s = sigmoid1(gate[j]), y = o[j] * inverse;
        float dy = d_out[j] * gate[j] * s;
        d_gate[j] = d_out[j] * y * (s + gate[j] * s * (1.0f - s));
        d_o[j] = dy;
    }
    float mean = dot(n, d_o, o) * inverse / (float)n;
    for (int j = 0; j < n; j++) d_o[j] = inverse * (d_o[j] - o[j] * inverse * mean);
}

static void squared_relu(long n, const float *R x, float *R y) {
    for (long i = 0; i < n; i++) {
        float v = x[i] > 0 ? x[i] : 0;
        y[i] = v * v;
    }
}

static void squared_relu_backward(long n, const float *R x, const float *dy, float *dx) {
    /* Two parts, so that the compiler need not wonder whether dx and dy overlap: in place is usual. */
    enum { block = 512 };
    float d[block];
    for (long start = 0; start < n; start += block) {
        long count = n - start < block ? n - start : block;
        const float *R in = x + start;
        for (long i = 0; i < count; i++) d[i] = dy[start + i];
        for (long i = 0; i < count; i++) d[i] = in[i] > 0 ? 2.0f * in[i] * d[i] : 0;
        for (long i = 0; i < count; i++) dx[start + i] = d[i];
    }
}

static void delta_matrices(int c, const float *R cumulative, const float *R strength,
                           const float *R kk, const float *R qk, float *R a, float *R p,
                           float *R decay) {
    for (int i = 0; i < c; i++) {
        long row = (long)i * c;
        for (int j = 0; j < c; j++) {
            float difference = cumulative[i] - cumulative[j];
            float d = exp1(difference < 0 ? difference : 0);
            float lower = j <= i ? d : 0, strict = j < i ? d : 0;
            decay[row + j] = lower;
            a[row + j] = strength[i] * kk[row + j] * strict;
            p[row + j] = qk[row + j] * lower;
        }
    }
}

static void delta_solve(int c, int n, const float *R a, const float *R strength, const float *R gamma,
                        const float *R v, const float *R ks, float *u) {
    for (int i = 0; i < c; i++) {
        float *R row = u + (long)i * n;
        const float *R vi = v + (long)i * n, *R ki = ks + (long)i * n;
        float b = strength[i], g = gamma[i];
        for (int k = 0; k < n; k++) row[k] = b * (vi[k] - g * ki[k]);
        int j = 0;
        for (; j + 3 < i; j += 4) {
            float a0 = a[(long)i * c + j], a1 = a[(long)i * c + j + 1];
            float a2 = a[(long)i * c + j + 2], a3 = a[(long)i * c + j + 3];
            const float *u0 = u + (long)j * n, *u1 = u0 + n, *u2 = u1 + n, *u3 = u2 + n;
            for (int k = 0; k < n; k++) row[k] -= a0 * u0[k] + a1 * u1[k] + a2 * u2[k] + a3 * u3[k];
        }
        for (; j < i; j++) {
            float aij = a[(long)i * c + j];
            const float *uj = u + (long)j * n;
            for (int k = 0; k < n; k++) row[k] -= aij * uj[k];
        }
    }
}

static void delta_solve_transposed(int c, int n, const float *R a, float *r) {
    for (int i = c - 1; i >= 0; i--) {
        float *R row = r + (long)i * n;
        int j = i + 1;
        for (; j + 3 < c; j += 4) {
            float a0 = a[(long)j * c + i], a1 = a[(long)(j + 1) * c + i];
            float a2 = a[(long)(j + 2) * c + i], a3 = a[(long)(j + 3) * c + i];
            const float *r0 = r + (long)j * n, *r1 = r0 + n, *r2 = r1 + n, *r3 = r2 + n;
            for (int k = 0; k < n; k++) row[k] -= a0 * r0[k] + a1 * r1[k] + a2 * r2[k] + a3 * r3[k];
        }
        for (; j < c; j++) {
            float aji = a[(long)j * c + i];
            const float *rj = r + (long)j * n;
            for (int k = 0; k < n; k++) row[k] -= aji * rj[k];
        }
    }
}

/* The largest −g of a step; 1 − e^−2.4 is σ(x) there. */
#define FASTEST_DECAY 2.4f
#define SIGMOID_OF_FASTEST 0.909282f

/* ln(1 + e^x); ln(1 + y) = 2 artanh(y / (2 + y)) as a series, so that what is near zero keeps its digits. */
static inline float softplus1(float x) {
    float y = exp1(x < 0 ? x : -x), s = y / (2.0f + y), s2 = s * s;
    float p = 0.07692308f;
    p = p * s2 + 0.09090909f;
    p = p * s2 + 0.11111111f;
    p = p * s2 + 0.14285714f;
    p = p * s2 + 0.2f;
    p = p * s2 + 0.33333333f;
    p = p * s2 + 1.0f;
    return (x > 0 ? x : 0) + 2.0f * s * p;
}

static void decay_row(int n, const float *R x, const float *R bias, float *R g) {
    for (int j = 0; j < n; j++) {
        float decay = softplus1(x[j] + bias[j]);
        g[j] = decay < FASTEST_DECAY ? -decay : -FASTEST_DECAY;
    }
}

static void decay_row_backward(int n, const float *R x, const float *R bias, const float *R dg,
                               float *R dx) {
    for (int j = 0; j < n; j++) {
        float s = sigmoid1(x[j] + bias[j]);
        dx[j] = s < SIGMOID_OF_FASTEST ? -s * dg[j] : 0;
    }
}

/* One row at a time as parameters, for the same reason as `lstm_row`. */
static inline void sum_row(int n, const float *R before, float *R g) {
    for (int j = 0; j < n; j++) g[j] += before[j];
}

static inline void decay_scale_row(int n, const float *R g, const float *R last, const float *R k,
                                   const float *R q, float *R k_plus, float *R q_plus,
                                   float *R minus, float *R to_end) {
    for (int j = 0; j < n; j++) {
        float e = exp1(g[j]), key = k[j];
        k_plus[j] = key * e;
        q_plus[j] = q[j] * e;
        minus[j] = key * exp1(-g[j]);
        to_end[j] = key * exp1(last[j] - g[j]);
    }
}

static void decay_scale(int c, int n, float *g, const float *k, const float *q, float *stacked,
                        float *minus, float *to_end) {
    for (long i = 1; i < c; i++) sum_row(n, g + (i - 1) * n, g + i * n);
    const float *last = g + (long)(c - 1) * n;
    for (long i = 0; i < c; i++)
        decay_scale_row(n, g + i * n, last, k + i * n, q + i * n, stacked + i * n,
                        stacked + (c + i) * n, minus + i * n, to_end + i * n);
}

static inline void add_products_row(int n, const float *R x, const float *R y, float *R sum) {
    for (int j = 0; j < n; j++) sum[j] += x[j] * y[j];
}

static inline void decay_scale_row_backward(
    int n, const float *R g, const float *R last, const float *R k_plus, const float *R q_plus,
    const float *R minus, const float *R to_end, const float *R d_k_plus, const float *R d_q_plus,
    const float *R d_minus, const float *R d_to_end, float *R sum, float *R dq, float *R dk,
    float *R dg) {
    for (int j = 0; j < n; j++) {
        float e = exp1(g[j]);
        dq[j] = d_q_plus[j] * e;
        dk[j] = d_k_plus[j] * e + d_minus[j] * exp1(-g[j]) + d_to_end[j] * exp1(last[j] - g[j]);
        sum[j] += (d_q_plus[j] * q_plus[j] + d_k_plus[j] * k_plus[j])
            - (d_minus[j] * minus[j] + d_to_end[j] * to_end[j]);
        dg[j] = sum[j];
    }
}

static void decay_scale_backward(int c, int n, const float *g, const float *stacked,
                                 const float *minus, const float *to_end, const float *d_stacked,
                                 const float *d_minus, const float *d_to_end, float *sum, float *dq,
                                 float *dk, float *dg) {
    const float *last = g + (long)(c - 1) * n;
    for (long i = 0; i < c; i++) add_products_row(n, d_to_end + i * n, to_end + i * n, sum);
    for (long i = c - 1; i >= 0; i--) {
        long k = i * n, q = (c + i) * n;
        decay_scale_row_backward(n, g + k, last, stacked + k, stacked + q, minus + k, to_end + k,
                                 d_stacked + k, d_stacked + q, d_minus + k, d_to_end + k, sum,
                                 dq + k, dk + k, dg + k);
    }
}

static void mask_pairs(int c, const float *R strength, float *R pairs) {
    for (long i = 0; i < c; i++) {
        float *keys = pairs + i * c, *queries = keys + (long)c * c, b = strength[i];
        for (int j = 0; j < c; j++) {
            keys[j] = j < i ? b * keys[j] : 0;
            queries[j] = j <= i ? queries[j] : 0;
        }
    }
}

static void residual_convolve_row(int n, const float *x0, const float *x1, const float *x2,
                                  const float *x3, const float *R taps, float *R y) {
    for (int j = 0; j < n; j++)
        y[j] = x3[j] + (taps[j] * x0[j] + taps[n + j] * x1[j] + taps[2 * n + j] * x2[j]
                        + taps[3 * n + j] * x3[j]);
}

/* Rows that receive gradients may be one and the same, as in `convolve_row_backward`. */
static void residual_convolve_row_backward(int n, const float *dy, const float *taps,
                                           const float *x0, const float *x1, const float *x2,
                                           const float *x3, float *dx0, float *dx1, float *dx2,
                                           float *dx3, float *d_taps) {
    const float *xs[4] = {x0, x1, x2, x3};
    float *dxs[4] = {dx0, dx1, dx2, dx3};
    int j = 0;
    for (; j + 16 <= n; j += 16) {
        lanes16 d = load16(dy + j);
        store16(dx3 + j, load16(dx3 + j) + d);
        for (int k = 0; k < 4; k++) {
            long at = (long)k * n + j;
            store16(dxs[k] + j, load16(dxs[k] + j) + load16(taps + at) * d);
            store16(d_taps + at, load16(d_taps + at) + load16(xs[k] + j) * d);
        }
    }
    for (; j < n; j++) {
        dx3[j] += dy[j];
        for (int k = 0; k < 4; k++) {
            long at = (long)k * n + j;
            dxs[k][j] += taps[at] * dy[j];
            d_taps[at] += xs[k][j] * dy[j];
        }
    }
}

static float sigmoid_gated_row(int n, const float *R o, const float *R gate, float *R out) {
    float s = inverse_norm(n, o, (float)n);
    for (int j = 0; j < n; j++) out[j] = o[j] * s * sigmoid1(gate[j]);
    return s;
}

static void sigmoid_gated_row_backward(int n, const float *R o, float inverse, const float *R gate,
                                       const float *R d_out, float *R d_o, float *R d_gate) {
    for (int j = 0; j < n; j++) {
        float s = sigmoid1(gate[j]);
        d_gate[j] = d_out[j] * (o[j] * inverse) * s * (1.0f - s);
        d_o[j] = d_out[j] * s;
    }
    float mean = dot(n, d_o, o) * inverse / (float)n;
    for (int j = 0; j < n; j++) d_o[j] = inverse * (d_o[j] - o[j] * inverse * mean);
}

static void scale_rows(int rows, int n, const float *R s, const float *R x, float *R y) {
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < n; j++) y[(long)i * n + j] = s[i] * x[(long)i * n + j];
}

static void blend(long n, float a, const float *R x, float b, float *R y) {
    for (long i = 0; i < n; i++) y[i] = a * x[i] + b * y[i];
}

static void scale(long rows, long columns, long stride, float a, float *R x) {
    for (long i = 0; i < rows; i++)
        for (long j = 0; j < columns; j++) x[i * stride + j] *= a;
}

static void row_dots(int rows, int n, const float *R x, const float *R y, float *R out) {
    for (int i = 0; i < rows; i++) out[i] = dot(n, x + (long)i * n, y + (long)i * n);
}

static void to_bf16(long rows, long columns, long stride, const float *R x, uint16_t *R y) {
    if (stride == columns) {
        columns *= rows;
        rows = 1;
    }
#ifdef ROUND_SIXTEENS
    int has_instruction = core_math_has_bf16();
#endif
    for (long i = 0; i < rows; i++) {
        const float *R in = x + i * stride;
        uint16_t *R out = y + i * columns;
        long j = 0;
#ifdef ROUND_SIXTEENS
        if (has_instruction) j = ROUND_SIXTEENS(columns, in, out);
#endif
        for (; j < columns; j++) {
            union { float f; uint32_t u; } v = { in[j] };
            out[j] = (uint16_t)((v.u + 0x7fff + ((v.u >> 16) & 1)) >> 16);
        }
    }
}

static void pointer_row(int n, float sharpness, float recency, float match, float follow,
                        int32_t symbol, const float *R dots, const float *R distances,
                        const float *R matches, const int32_t *R symbols, const float *R before,
                        float *R attention, float *R weights) {
    float largest = -INFINITY, total = 0;
    for (int j = 0; j < n; j++) {
        float score = sharpness * dots[j] - recency * distances[j] + match * matches[j];
        attention[j] = score;
        largest = score > largest ? score : largest;
    }
    for (int j = 0; j < n; j++) {
        float e = exp1(attention[j] - largest);
        attention[j] = e;
        total += e;
    }
    float scale = 1.0f / total, rest = 1.0f - follow;
    for (int j = 0; j < n; j++) {
        float s = attention[j] * scale;
        float kept = symbols[j] == symbol ? before[j] : 0.0f;
        attention[j] = s;
        weights[j] = rest * s + follow * kept;
    }
}

static void pointer_read(int n, float factor, const int32_t *R symbols, const float *R weights,
                         float *R logits) {
    for (int j = 0; j < n; j++) logits[symbols[j]] += factor * weights[j];
}

static void pointer_backward(int n, float factor, float follow, int32_t symbol,
                             const int32_t *R symbols, const float *R before,
                             const float *R attention, const float *R weights,
                             const float *R distances, const float *R matches,
                             const float *R d_logits, float *R d_weights, float *R d_dots,
                             float *R sums) {
    float read = 0, d_follow = 0, mean = 0, d_recency = 0, d_match = 0;
    const int32_t *now = symbols + 1;
    float rest = 1.0f - follow;
    for (int j = 0; j < n; j++) d_dots[j] = d_logits[now[j]];
    for (int j = 0; j < n; j++) {
        float d = d_dots[j];
        read += weights[j] * d;
        float whole = d_weights[j] + factor * d;
        int same = symbols[j] == symbol;
        float kept = same ? before[j] : 0.0f;
        d_follow += whole * (kept - attention[j]);
        d_weights[j] = same ? follow * whole : 0.0f;
        float to_attention = rest * whole;
        mean += attention[j] * to_attention;
        d_dots[j] = to_attention;
    }
    for (int j = 0; j < n; j++) {
        float d = attention[j] * (d_dots[j] - mean);
        d_dots[j] = d;
        d_recency -= d * distances[j];
        d_match += d * matches[j];
    }
    sums[0] = read;
    sums[1] = d_follow;
    sums[2] = d_recency;
    sums[3] = d_match;
}

const CoreMathKernels KERNELS = {
    lstm_forward, lstm_backward, gru_forward, gru_backward, softmax_loss, column_sum, add,
    sum_of_squares, adamw, rms_forward, rms_backward, convolve_row, convolve_row_backward, unit_row,
    unit_row_backward, gated_row, gated_row_backward, squared_relu, squared_relu_backward,
    delta_matrices, delta_solve, delta_solve_transposed, decay_row, decay_row_backward, decay_scale,
    decay_scale_backward, mask_pairs, residual_convolve_row, residual_convolve_row_backward,
    sigmoid_gated_row, sigmoid_gated_row_backward, scale_rows, blend, scale, row_dots, to_bf16,
    pointer_row, pointer_read, pointer_backward, exponential,
};
