/// Gradients that a sequence's backward pass fills, [T, K] or [T].
struct GatedDeltaGradients {
    let dQuery: Matrix
    let dKey: Matrix
    let dValue: Matrix
    let dStrength: Vector
    let dLogDecay: Vector
}

extension GatedDeltaChunks {
    /// The gradient of `forward`, chunk by chunk from the end. With dO and dS₁ given:
    ///   dU = Pᵀ dO + diag(γ_C/γ) K dS₁;  (I + A)ᵀ R = dU;  dP = lower(dO Uᵀ);  dA = −strictly lower(R Uᵀ)
    ///   dV = dE = β ⊙ R;  G = −γ ⊙ dE;  H = γ ⊙ dO;  M = dP ⊙ D;  N = dA ⊙ D;  N_β = β ⊙ N
    ///   dQ = H S₀ᵀ + M K;  dK = G S₀ᵀ + Mᵀ Q + N_β K + N_βᵀ K + (γ_C/γ) ⊙ (U dS₁ᵀ)
    ///   dβ = rows(R ⊙ E) + rows(N ⊙ KKᵀ) with E = V − γ ⊙ K S₀
    ///   dc = rows(H ⊙ Q S₀) + rows(G ⊙ K S₀) + rows(X) − columns(X) − e, X = dP ⊙ P + dA ⊙ A,
    ///        e = (γ_C/γ) rows(K dS₁ ⊙ U); at the last step also + γ_C ⟨S₀, dS₁⟩ + Σ e
    ///   dS₀ = γ_C dS₁ + Qᵀ H + Kᵀ G;  d log γ = sums of dc from each step to the chunk's end.
    /// `dState` enters as the gradient of the state after the window and leaves as that before it.
    func backward(
        _ sequence: Int, query: Matrix, key: Matrix, value: Matrix,
        strength: Vector, dRead: Matrix, dState: Matrix,
        into gradients: GatedDeltaGradients, space: GatedDeltaBackwardSpace
    ) {
        for index in stride(from: chunkCount - 1, through: 0, by: -1) {
            let chunk = chunk(index, of: sequence)
            let range = chunk.range
            let part = GatedDeltaGradients(
                dQuery: gradients.dQuery.rows(range), dKey: gradients.dKey.rows(range),
                dValue: gradients.dValue.rows(range),
                dStrength: gradients.dStrength[range], dLogDecay: gradients.dLogDecay[range])
            backward(
                chunk, q: query.rows(range), k: key.rows(range), v: value.rows(range),
                beta: strength[range], dO: dRead.rows(range), dS: dState, into: part,
                space: space)
        }
    }

    private func backward(
        _ chunk: Chunk, q: Matrix, k: Matrix, v: Matrix, beta: Vector,
        dO: Matrix, dS: Matrix, into out: GatedDeltaGradients, space: GatedDeltaBackwardSpace
    ) {
        let kernels = product.kernels
        let n = chunk.count
        let tall = space.tall.map { $0.rows(0..<n) }
        let square = space.square.map { $0.reshaped(n, n) }
        let vectors = space.vectors.map { $0[0..<n] }
        let keys = product.prepare(k, in: halves[0])
        let queries = product.prepare(q, in: halves[1])
        let s0 = product.prepare(chunk.before, in: halves[2])
        let u = product.prepare(chunk.u, in: halves[3])
        let dAfter = product.prepare(dS, in: halves[4])
        let dOut = product.prepare(dO, in: halves[5])

        // R, through U.
        let (r, keyDState) = (tall[0], tall[1])
        product.multiply(keys.n, dAfter.n, into: keyDState)
        kernels.scaleRows(keyDState, by: chunk.toEnd, into: r)
        let endDots = vectors[0]
        kernels.rowDots(r, chunk.u, into: endDots)
        product.multiply(chunk.p.t, dOut.n, into: r, keeping: 1)
        kernels.deltaSolveTransposed(chunk.a, r)

        let (dP, dA, nBeta) = (square[0], square[1], square[2])
        product.multiply(dOut.n, u.t, into: dP)
        product.multiply(r.n, u.t, into: dA)
        let rowX = vectors[1]
        let columnX = vectors[2]
        let keyDots = vectors[3]
        maskAndSum(
            chunk, dP: dP, dA: dA, nBeta: nBeta, beta: beta, rows: rowX, columns: columnX,
            keyDots: keyDots)
        // From here dP holds M = dP ⊙ D and nBeta β N.

        let (g, h) = (tall[2], tall[3])
        let dE = out.dValue
        kernels.scaleRows(r, by: beta, into: dE)
        let minusGamma = vectors[6]
        for i in 0..<n { minusGamma[i] = -chunk.gamma[i] }
        kernels.scaleRows(dE, by: minusGamma, into: g)
        kernels.scaleRows(dO, by: chunk.gamma, into: h)
        let dFromKeys = product.prepare(g, in: halves[6])
        let dFromQueries = product.prepare(h, in: halves[7])
        let m = product.prepare(dP, in: halves[5])

        product.multiply(dFromQueries.n, s0.t, into: out.dQuery)
        product.multiply(m.n, keys.n, into: out.dQuery, keeping: 1)

        let fromEnd = tall[4]
        product.multiply(u.n, dAfter.t, into: fromEnd)
        kernels.scaleRows(fromEnd, by: chunk.toEnd, into: out.dKey)
        product.multiply(dFromKeys.n, s0.t, into: out.dKey, keeping: 1)
        product.multiply(m.t, queries.n, into: out.dKey, keeping: 1)
        let symmetric = square[3]
        for i in 0..<n {
            for j in 0..<n {
                symmetric.base[i * n + j] = nBeta.base[i * n + j] + nBeta.base[j * n + i]
            }
        }
        product.multiply(symmetric.n, keys.n, into: out.dKey, keeping: 1)

        // dβ: rows of R ⊙ (V − γ K S₀), plus N ⊙ K Kᵀ.
        let valueDots = vectors[4]
        kernels.rowDots(r, v, into: out.dStrength)
        kernels.rowDots(r, chunk.keyState, into: valueDots)
        for i in 0..<n { out.dStrength[i] += keyDots[i] - chunk.gamma[i] * valueDots[i] }

        // d log γ.
        let queryDots = vectors[5]
        kernels.rowDots(h, chunk.queryState, into: queryDots)
        kernels.rowDots(g, chunk.keyState, into: valueDots)
        var sum = chunk.last * kernels.dot(chunk.before.flat, dS.flat)
        for i in 0..<n { sum += endDots[i] }
        for i in stride(from: n - 1, through: 0, by: -1) {
            sum += queryDots[i] + valueDots[i] + rowX[i] - columnX[i] - endDots[i]
            out.dLogDecay[i] = sum
        }

        // dS₀.
        product.multiply(queries.t, dFromQueries.n, into: dS, keeping: chunk.last)
        product.multiply(keys.t, dFromKeys.n, into: dS, keeping: 1)
    }

    /// Masks the gradients of P and A by the decays, and sums what the decays' own gradient needs.
    private func maskAndSum(
        _ chunk: Chunk, dP: Matrix, dA: Matrix, nBeta: Matrix,
        beta: Vector, rows: Vector, columns: Vector, keyDots: Vector
    ) {
        let n = chunk.count
        columns.zero()
        for i in 0..<n {
            var row: Float = 0
            var dots: Float = 0
            for j in 0..<n {
                let at = i * n + j
                let decay = chunk.decay.base[at]
                let p = j <= i ? dP.base[at] : 0
                let a = j < i ? -dA.base[at] : 0
                let x = p * chunk.p.base[at] + a * chunk.a.base[at]
                row += x
                columns[j] += x
                dots += a * decay * chunk.keyKey.base[at]
                dP.base[at] = p * decay
                nBeta.base[at] = beta[i] * a * decay
            }
            rows[i] = row
            keyDots[i] = dots
        }
    }
}
