import CoreMath

/// Chunks of c steps of delta rules, with heads of n channels; every matrix dense.
extension Kernels {
    /// From running log decays and write strengths [c] and the products K Kᵀ and Q Kᵀ [c, c]:
    /// decay = e^(c_i − c_j), A = strictly lower(β_i kk decay), P = lower(qk decay), [c, c] each.
    @inline(__always)
    package func deltaMatrices(
        cumulative: Vector, strength: Vector, kk: Matrix, qk: Matrix, a: Matrix, p: Matrix,
        decay: Matrix
    ) {
        let c = cumulative.count
        precondition(strength.count == c, "one strength a step")
        precondition(
            kk.isDense(c, c) && qk.isDense(c, c) && a.isDense(c, c) && p.isDense(c, c)
                && decay.isDense(c, c), "dense [c, c]")
        table.delta_matrices(
            Int32(c), cumulative.base, strength.base, kk.base, qk.base, a.base, p.base, decay.base)
    }

    /// u = (I + A)⁻¹ (β ⊙ (v − γ ⊙ ks)): A [c, c] strictly lower, β and γ [c], the others [c, n].
    @inline(__always)
    package func deltaSolve(
        _ a: Matrix, strength: Vector, gamma: Vector, v: Matrix, ks: Matrix, into u: Matrix
    ) {
        let (c, n) = (u.rows, u.columns)
        precondition(a.isDense(c, c), "A dense [c, c]")
        precondition(strength.count == c && gamma.count == c, "one strength and decay a step")
        precondition(u.isDense && v.isDense(c, n) && ks.isDense(c, n), "dense [c, n]")
        table.delta_solve(
            Int32(c), Int32(n), a.base, strength.base, gamma.base, v.base, ks.base, u.base)
    }

    /// r [c, n] = (I + A)⁻ᵀ r, for A [c, c] strictly lower.
    @inline(__always)
    package func deltaSolveTransposed(_ a: Matrix, _ r: Matrix) {
        precondition(a.isDense(r.rows, r.rows) && r.isDense, "dense, A [c, c] and r [c, n]")
        table.delta_solve_transposed(Int32(r.rows), Int32(r.columns), a.base, r.base)
    }

    /// Keys and queries scaled by their running log decays g, or the gradients of that: `stacked` [2 c, n] is k e^g
    /// over q e^g, `minus` [c, n] is k e^−g and `toEnd` [c, n] is k e^(g_last − g).
    package struct Scaled {
        let stacked: Matrix
        let minus: Matrix
        let toEnd: Matrix

        package init(stacked: Matrix, minus: Matrix, toEnd: Matrix) {
            self.stacked = stacked
            self.minus = minus
            self.toEnd = toEnd
        }

        fileprivate func isDense(_ c: Int, _ n: Int) -> Bool {
            stacked.isDense(2 * c, n) && minus.isDense(c, n) && toEnd.isDense(c, n)
        }
    }

    /// Log decays g [c, n] become their running sums, by which k and q [c, n] are scaled.
    @inline(__always)
    package func decayScale(_ g: Matrix, k: Matrix, q: Matrix, into scaled: Scaled) {
        let (c, n) = (g.rows, g.columns)
        precondition(
            c > 0 && g.isDense && k.isDense(c, n) && q.isDense(c, n) && scaled.isDense(c, n),
            "dense [c, n]")
        table.decay_scale(
            Int32(c), Int32(n), g.base, k.base, q.base, scaled.stacked.base, scaled.minus.base,
            scaled.toEnd.base)
    }

    /// From the running sums g [c, n] and the gradients of what `decayScale` wrote to dq, dk and the gradient of the
    /// log decays, dg, [c, n]. sum [n] enters as the gradient of e^g_last times e^g_last and is used up.
    @inline(__always)
    package func decayScaleBackward(
        _ g: Matrix, _ scaled: Scaled, gradients: Scaled, sum: Vector, dq: Matrix, dk: Matrix,
        dg: Matrix
    ) {
        let (c, n) = (g.rows, g.columns)
        precondition(c > 0 && scaled.isDense(c, n) && gradients.isDense(c, n), "dense [c, n]")
        precondition(
            g.isDense && dq.isDense(c, n) && dk.isDense(c, n) && dg.isDense(c, n)
                && sum.count == n, "dense [c, n], one sum a channel")
        table.decay_scale_backward(
            Int32(c), Int32(n), g.base, scaled.stacked.base, scaled.minus.base, scaled.toEnd.base,
            gradients.stacked.base, gradients.minus.base, gradients.toEnd.base, sum.base, dq.base,
            dk.base, dg.base)
    }

    /// Products of pairs [2 c, c] in place: the first c rows become strictly lower, row i times strength[i]; the
    /// others lower.
    @inline(__always)
    package func maskPairs(_ pairs: Matrix, strength: Vector) {
        let c = strength.count
        precondition(pairs.isDense(2 * c, c), "dense [2 c, c]")
        table.mask_pairs(Int32(c), strength.base, pairs.base)
    }
}
