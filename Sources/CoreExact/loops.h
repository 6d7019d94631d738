/* The loops themselves, included once for each instruction set with LOOPS set to the table's name, PANELS to
   how many panels of 32 rows are multiplied at once, WIDEST to how many times sixteen columns of a memory are
   worked on at once: as many sums as there are registers for, so that none waits for the one before it. */
#include <stddef.h>
#include "CoreExact.h"

/* A product is rounded before it is added, whatever the processor could do in one. */
#pragma STDC FP_CONTRACT OFF
/* Sixteen numbers never cross from one file to another, so how they would be handed over is of no matter. */
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

typedef float lanes16 __attribute__((vector_size(64)));

INLINE lanes16 load16(const float *x) {
    lanes16 v;
    __builtin_memcpy(&v, x, sizeof v);
    return v;
}
/* Sixteen bfloat16, which are the upper halves of floats. */
typedef unsigned short halves16 __attribute__((vector_size(32)));
typedef unsigned int words16 __attribute__((vector_size(64)));
INLINE lanes16 widen16(const unsigned short *x) {
    halves16 v;
    __builtin_memcpy(&v, x, sizeof v);
    return (lanes16)(__builtin_convertvector(v, words16) << 16);
}
INLINE void store16(float *x, lanes16 v) { __builtin_memcpy(x, &v, sizeof v); }
INLINE lanes16 all16(float x) {
    return (lanes16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

/* Sixteen weights at a place, of whole or of half length. */
INLINE lanes16 weights16(const int halves, const void *w, long place) {
    return halves ? widen16((const unsigned short *)w + place) : load16((const float *)w + place);
}

/* `panels` panels from a place in w on; y begins at the first row of the first of them. */
INLINE void multiply_panels(const int halves, const int panels, long columns, const void *w,
                            long place, const float *x, float *y) {
    lanes16 low[PANELS], high[PANELS];
    UNROLLED for (int p = 0; p < panels; p++) {
        low[p] = load16(y + p * 32);
        high[p] = load16(y + p * 32 + 16);
    }
    for (long column = 0; column < columns; column++) {
        const lanes16 value = all16(x[column]);
        UNROLLED for (int p = 0; p < panels; p++) {
            const long at = place + (p * columns + column) * 32;
            const lanes16 first = weights16(halves, w, at) * value;
            const lanes16 second = weights16(halves, w, at + 16) * value;
            low[p] = low[p] + first;
            high[p] = high[p] + second;
        }
    }
    UNROLLED for (int p = 0; p < panels; p++) {
        store16(y + p * 32, low[p]);
        store16(y + p * 32 + 16, high[p]);
    }
}

INLINE void multiply(const int halves, long rows, long columns, const void *w, const float *x,
                     float *y) {
    const long panels = (rows + 31) / 32, size = columns * 32;
    long panel = 0;
    for (; panel + PANELS <= panels; panel += PANELS)
        multiply_panels(halves, PANELS, columns, w, panel * size, x, y + panel * 32);
    for (; panel < panels; panel++)
        multiply_panels(halves, 1, columns, w, panel * size, x, y + panel * 32);
}

static void product(long rows, long columns, const float *w, const float *x, float *y) {
    multiply(0, rows, columns, w, x, y);
}

static void product_halves(long rows, long columns, const unsigned short *w, const float *x,
                           float *y) {
    multiply(1, rows, columns, w, x, y);
}

/* One panel against several vectors at once: each weight is read, and widened, once for all of them. */
INLINE void multiply_batch(const int halves, const int batch, long columns, const void *w,
                           long place, float *const *x, float *const *y, long row) {
    lanes16 low[BATCH], high[BATCH];
    UNROLLED for (int b = 0; b < batch; b++) {
        low[b] = load16(y[b] + row);
        high[b] = load16(y[b] + row + 16);
    }
    for (long column = 0; column < columns; column++) {
        const lanes16 first = weights16(halves, w, place + column * 32);
        const lanes16 second = weights16(halves, w, place + column * 32 + 16);
        UNROLLED for (int b = 0; b < batch; b++) {
            const lanes16 value = all16(x[b][column]);
            const lanes16 upper = first * value, lower = second * value;
            low[b] = low[b] + upper;
            high[b] = high[b] + lower;
        }
    }
    UNROLLED for (int b = 0; b < batch; b++) {
        store16(y[b] + row, low[b]);
        store16(y[b] + row + 16, high[b]);
    }
}

/* As many of `count` vectors as come in groups of `batch`; returns how many those are. */
INLINE long multiply_groups(const int halves, const int batch, long rows, long columns,
                            const void *w, long count, float *const *x, float *const *y) {
    long first = 0;
    for (; first + batch <= count; first += batch)
        for (long row = 0; row < rows; row += 32)
            multiply_batch(halves, batch, columns, w, row * columns, x + first, y + first, row);
    return first;
}

INLINE void multiply_many(const int halves, long rows, long columns, const void *w, long count,
                          float *const *x, float *const *y) {
    long done = 0;
    if (BATCH > 1) done += multiply_groups(halves, BATCH, rows, columns, w, count, x, y);
    if (BATCH > 2)
        done += multiply_groups(halves, BATCH / 2, rows, columns, w, count - done, x + done, y + done);
    if (BATCH > 4)
        done += multiply_groups(halves, BATCH / 4, rows, columns, w, count - done, x + done, y + done);
    for (; done < count; done++) multiply(halves, rows, columns, w, x[done], y[done]);
}

static void products(long rows, long columns, const float *w, long count, float *const *x,
                     float *const *y) {
    multiply_many(0, rows, columns, w, count, x, y);
}

static void products_halves(long rows, long columns, const unsigned short *w, long count,
                            float *const *x, float *const *y) {
    multiply_many(1, rows, columns, w, count, x, y);
}

/* Columns j to j + 16 wide of a head's state. `decays` is NULL where `decay` is that of all channels. */
INLINE void delta_block(const int wide, long n, float *state, const float *query, const float *key,
                        const float *value, const float *decays, float decay, float strength,
                        float *out, long j) {
    lanes16 held[WIDEST], u[WIDEST], read[WIDEST];
    UNROLLED for (int v = 0; v < wide; v++) held[v] = all16(0);
    for (long i = 0; i < n; i++) {
        const lanes16 factor = all16(decays ? decays[i] * key[i] : key[i]);
        UNROLLED for (int v = 0; v < wide; v++) {
            const lanes16 product = load16(state + i * n + j + 16 * v) * factor;
            held[v] = held[v] + product;
        }
    }
    UNROLLED for (int v = 0; v < wide; v++) {
        const lanes16 old = decays ? held[v] : all16(decay) * held[v];
        const lanes16 change = load16(value + j + 16 * v) - old;
        u[v] = all16(strength) * change;
        read[v] = all16(0);
    }
    for (long i = 0; i < n; i++) {
        const lanes16 kept = all16(decays ? decays[i] : decay), k = all16(key[i]);
        const lanes16 q = all16(query[i]);
        UNROLLED for (int v = 0; v < wide; v++) {
            const lanes16 left = kept * load16(state + i * n + j + 16 * v), added = k * u[v];
            const lanes16 now = left + added;
            store16(state + i * n + j + 16 * v, now);
            const lanes16 product = now * q;
            read[v] = read[v] + product;
        }
    }
    UNROLLED for (int v = 0; v < wide; v++) store16(out + j + 16 * v, read[v]);
}

/* One column, for what is left of sizes that sixteen does not divide. */
INLINE void delta_column(long n, float *state, const float *query, const float *key,
                         const float *value, const float *decays, float decay, float strength,
                         float *out, long j) {
    float held = 0, read = 0;
    for (long i = 0; i < n; i++) {
        const float factor = decays ? decays[i] * key[i] : key[i];
        const float product = state[i * n + j] * factor;
        held = held + product;
    }
    const float old = decays ? held : decay * held;
    const float change = value[j] - old, u = strength * change;
    for (long i = 0; i < n; i++) {
        const float left = (decays ? decays[i] : decay) * state[i * n + j], added = key[i] * u;
        const float now = left + added;
        state[i * n + j] = now;
        const float product = now * query[i];
        read = read + product;
    }
    out[j] = read;
}

INLINE void delta(long n, float *state, const float *query, const float *key, const float *value,
                  const float *decays, float decay, float strength, float *out) {
    long j = 0;
    for (; j + 16 * WIDEST <= n; j += 16 * WIDEST)
        delta_block(WIDEST, n, state, query, key, value, decays, decay, strength, out, j);
    for (; j + 16 <= n; j += 16)
        delta_block(1, n, state, query, key, value, decays, decay, strength, out, j);
    for (; j < n; j++)
        delta_column(n, state, query, key, value, decays, decay, strength, out, j);
}

static void gated_delta(long n, float *state, const float *query, const float *key,
                        const float *value, float decay, float strength, float *out) {
    delta(n, state, query, key, value, NULL, decay, strength, out);
}

static void channel_delta(long n, float *state, const float *query, const float *key,
                          const float *value, const float *decay, float strength, float *out) {
    delta(n, state, query, key, value, decay, 0, strength, out);
}

INLINE void write_block(const int wide, long keys, long n, long symbol, float *memory,
                        const float *key, float strength, long j) {
    lanes16 held[WIDEST], u[WIDEST];
    UNROLLED for (int v = 0; v < wide; v++) held[v] = all16(0);
    for (long i = 0; i < keys; i++) {
        const lanes16 k = all16(key[i]);
        UNROLLED for (int v = 0; v < wide; v++) {
            const lanes16 product = load16(memory + i * n + j + 16 * v) * k;
            held[v] = held[v] + product;
        }
    }
    UNROLLED for (int v = 0; v < wide; v++) {
        float value[16] = {0};
        const long place = symbol - j - 16 * v;
        if (place >= 0 && place < 16) value[place] = 1;
        const lanes16 change = load16(value) - held[v];
        u[v] = all16(strength) * change;
    }
    for (long i = 0; i < keys; i++) {
        const lanes16 k = all16(key[i]);
        UNROLLED for (int v = 0; v < wide; v++) {
            const lanes16 added = k * u[v];
            store16(memory + i * n + j + 16 * v, load16(memory + i * n + j + 16 * v) + added);
        }
    }
}

static void write_symbol(long keys, long n, long symbol, float *memory, const float *key,
                         float strength) {
    long j = 0;
    for (; j + 16 * WIDEST <= n; j += 16 * WIDEST)
        write_block(WIDEST, keys, n, symbol, memory, key, strength, j);
    for (; j + 16 <= n; j += 16) write_block(1, keys, n, symbol, memory, key, strength, j);
    for (; j < n; j++) {
        float held = 0;
        for (long i = 0; i < keys; i++) {
            const float product = memory[i * n + j] * key[i];
            held = held + product;
        }
        const float change = (j == symbol ? 1.0f : 0.0f) - held, u = strength * change;
        for (long i = 0; i < keys; i++) {
            const float added = key[i] * u;
            memory[i * n + j] = memory[i * n + j] + added;
        }
    }
}

INLINE void read_block(const int wide, long keys, long n, const float *memory, const float *query,
                       float factor, float *out, long j) {
    lanes16 read[WIDEST];
    UNROLLED for (int v = 0; v < wide; v++) read[v] = all16(0);
    for (long i = 0; i < keys; i++) {
        const lanes16 q = all16(query[i]);
        UNROLLED for (int v = 0; v < wide; v++) {
            const lanes16 product = load16(memory + i * n + j + 16 * v) * q;
            read[v] = read[v] + product;
        }
    }
    UNROLLED for (int v = 0; v < wide; v++) {
        const lanes16 added = all16(factor) * read[v];
        store16(out + j + 16 * v, load16(out + j + 16 * v) + added);
    }
}

static void add_read(long keys, long n, const float *memory, const float *query, float factor,
                     float *out) {
    long j = 0;
    for (; j + 16 * WIDEST <= n; j += 16 * WIDEST)
        read_block(WIDEST, keys, n, memory, query, factor, out, j);
    for (; j + 16 <= n; j += 16) read_block(1, keys, n, memory, query, factor, out, j);
    for (; j < n; j++) {
        float read = 0;
        for (long i = 0; i < keys; i++) {
            const float product = memory[i * n + j] * query[i];
            read = read + product;
        }
        const float added = factor * read;
        out[j] = out[j] + added;
    }
}

extern const CoreExactLoops LOOPS;
const CoreExactLoops LOOPS = {product, product_halves, products, products_halves, gated_delta, channel_delta, write_symbol, add_read};
