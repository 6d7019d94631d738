import ChatCore

/// Gradients that a sequence's backward pass fills, [T, K] or [T].
struct KimiDeltaGradients {
    let dQuery: Matrix
    let dKey: Matrix
    let dValue: Matrix
    /// The gradient of the write strengths times these.
    let dStrength: Vector
    let dLogDecay: Matrix
}

extension KimiDeltaChunks {
    /// The gradient of `forward`, chunk by chunk from the end, by the chain rule through K⁺ = K e^c,
    /// K⁻ = K e^−c, Q⁺ = Q e^c and Kᵉ = K e^(c_n − c). With dO and dS₁ given:
    ///   dU = Kᵉ dS₁ + Pᵀ dO;  (I + A)ᵀ R = dU;  dP = lower(dO Uᵀ);  dA = −strictly lower(R Uᵀ)
    ///   dV = β ⊙ R;  B = β ⊙ dA
    ///   dK⁺ = B K⁻ − dV S₀ᵀ;  dQ⁺ = dP K⁻ + dO S₀ᵀ;  dK⁻ = Bᵀ K⁺ + dPᵀ Q⁺;  dKᵉ = U dS₁ᵀ
    ///   dS₀ = e^c_n ⊙ dS₁ − (K⁺)ᵀ dV + (Q⁺)ᵀ dO
    ///   dq = dQ⁺ e^c;  dk = dK⁺ e^c + dK⁻ e^−c + dKᵉ e^(c_n − c)
    ///   dc = dQ⁺ ⊙ Q⁺ + dK⁺ ⊙ K⁺ − dK⁻ ⊙ K⁻ − dKᵉ ⊙ Kᵉ, and at the last step, a channel, besides
    ///        Σ dKᵉ ⊙ Kᵉ + e^c_n rows(S₀ ⊙ dS₁);  dg = sums of dc from each step to the chunk's end.
    /// The write strengths appear in A = β N and in the right side β E of the solve, so that
    ///   dβ = rows(R ⊙ E) + rows(dA ⊙ N) = R · (E − N U) = R · U / β, for U = β (E − N U).
    /// `dStates` are two [K, K] matrices: the first enters as the gradient of the state after the window.
    func backward(
        _ sequence: Int, cuts: [Cut], strength: Vector, sums: Matrix,
        dRead: Matrix, dStates: (Matrix, Matrix), into gradients: KimiDeltaGradients,
        space: KimiDeltaBackwardSpace
    ) {
        var (dAfter, dBefore) = dStates
        for cut in cuts.reversed() {
            let range = cut.range
            let part = KimiDeltaGradients(
                dQuery: gradients.dQuery.rows(range), dKey: gradients.dKey.rows(range),
                dValue: gradients.dValue.rows(range),
                dStrength: gradients.dStrength[range],
                dLogDecay: gradients.dLogDecay.rows(range))
            backward(
                chunk(cut, of: sequence), beta: strength[range], sums: sums.rows(range),
                dO: dRead.rows(range), dAfter: dAfter, dBefore: dBefore, into: part, space: space)
            swap(&dAfter, &dBefore)
        }
    }

    private func backward(
        _ chunk: Chunk, beta: Vector, sums: Matrix, dO: Matrix,
        dAfter: Matrix, dBefore: Matrix, into out: KimiDeltaGradients,
        space: KimiDeltaBackwardSpace
    ) {
        let kernels = product.kernels
        let n = dO.rows
        let scaled = chunk.scaled
        let stacked = product.prepare(scaled.stacked, in: halves[0])
        let u = product.prepare(chunk.u, in: halves[1])
        let dS = product.prepare(dAfter, in: halves[2])

        // R over dO, then −dV over dO.
        let both = space.both.rows(0..<2 * n)
        let r = both.rows(0..<n)
        both.rows(n..<2 * n).copy(dO)
        product.multiply(scaled.toEnd.n, dS.n, into: r)
        product.multiply(chunk.p.t, dO.n, into: r, keeping: 1)
        kernels.deltaSolveTransposed(chunk.a, r)
        kernels.rowDots(r, chunk.u, into: out.dStrength)
        let dPairs = space.dPairs.reshaped(2 * n, n)
        product.multiply(both.n, u.t, into: dPairs)
        let minusBeta = space.minusBeta[0..<n]
        for i in 0..<n { minusBeta[i] = -beta[i] }
        kernels.maskPairs(dPairs, strength: minusBeta)
        kernels.scaleRows(r, by: beta, into: out.dValue)
        kernels.blend(-1, out.dValue.flat, 0, into: r.flat)

        let pairs = product.prepare(dPairs, in: halves[3])
        let gradients = Kernels.Scaled(
            stacked: space.dStacked.rows(0..<2 * n), minus: space.dMinus.rows(0..<n),
            toEnd: space.dToEnd.rows(0..<n))
        product.multiply(pairs.n, scaled.minus.n, into: gradients.stacked)
        product.multiply(pairs.t, stacked.n, into: gradients.minus)
        product.multiply(u.n, dS.t, into: gradients.toEnd)
        if let before = chunk.before {
            let changes = product.prepare(both, in: halves[4])
            product.multiply(changes.n, before.t, into: gradients.stacked, keeping: 1)
            kernels.exponential(sums.row(n - 1), into: gamma)
            kernels.scaleRows(dAfter, by: gamma, into: dBefore)
            kernels.rowDots(before, dBefore, into: space.channelSums)
            product.multiply(stacked.t, changes.n, into: dBefore, keeping: 1)
        } else {
            space.channelSums.zero()
            dBefore.zero()
        }
        kernels.decayScaleBackward(
            sums, scaled, gradients: gradients, sum: space.channelSums, dq: out.dQuery,
            dk: out.dKey, dg: out.dLogDecay)
    }
}
