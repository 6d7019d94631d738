import ChatCore

extension CopyHead {
    /// The gradient of `forward`. Nothing flows before the window's start.
    /// - Parameters:
    ///   - dLogits: [R, S].
    ///   - z: what `forward` was given.
    ///   - dZ: [R, W]; the gradient is added.
    package func backward(_ dLogits: Matrix, z: Matrix, addingTo dZ: Matrix) {
        guard let gradients, let space = backwardSpace else { return }
        for stretch in stretches { backward(stretch, dLogits, space, gradients) }
        lengthsBackward(space, gradients)

        let rows = batch * time
        let dRead = product.prepare(space.dReadProjected, in: space.halves[0])
        product.multiply(dRead.t, z.n, into: gradients.reading, keeping: 1)
        product.multiply(dRead.n, weights.reading.n, into: dZ, keeping: 1)
        // The key of row t came from row t − 1: from what was before the window for its first step.
        let dFirst = space.dKeyProjected.rows(0..<batch)
        product.multiply(dFirst.t, before.n, into: gradients.key, keeping: 1)
        let dRest = product.prepare(
            space.dKeyProjected.rows(batch..<rows), in: space.halves[1])
        let earlier = 0..<rows - batch
        product.multiply(dRest.t, z.rows(earlier).n, into: gradients.key, keeping: 1)
        product.multiply(dRest.n, weights.key.n, into: dZ.rows(earlier), keeping: 1)
    }

    /// From the gradients of unit keys and queries to those of the projections.
    private func lengthsBackward(_ space: CopyHeadBackwardSpace, _ gradients: CopyHeadWeights) {
        let kernels = product.kernels
        for t in 0..<time {
            for lane in 0..<batch {
                let (row, at) = (t * batch + lane, lane * time + t)
                let dKey = space.dKeyProjected.row(row)
                if resets[row] {
                    dKey.zero()
                } else {
                    kernels.unitRowBackward(
                        key.row(at), inverse: keyInverse[at], dy: space.dKey.row(at), into: dKey)
                }
                let dRead = space.dReadProjected.row(row)
                kernels.unitRowBackward(
                    query.row(at), inverse: queryInverse[at], dy: space.dQuery.row(at),
                    into: dRead[0..<keySize])
                gradients.writeBias[0] += dRead[keySize]
                gradients.gateBias[0] += dRead[keySize + 1]
            }
        }
    }

    /// Chunk by chunk from the end. With dO and dM₁ given:
    ///   dU = lower(Q Kᵀ)ᵀ dO + K dM₁;  (I + A)ᵀ R = dU;  dP = lower(dO Uᵀ);  N = −strictly lower(β R Uᵀ)
    ///   G = −β ⊙ R;  dQ = dO M₀ᵀ + dP K;  dK = G M₀ᵀ + dPᵀ Q + (N + Nᵀ) K + U dM₁ᵀ
    ///   dM₀ = dM₁ + Qᵀ dO + Kᵀ G;  dβ = rows(R ⊙ U) / β, for U = β ⊙ what was not known yet;
    /// and β = σ(w·z + b), so that dβ ends as (1 − β) rows(R ⊙ U) at w·z + b.
    private func backward(
        _ stretch: Stretch, _ dLogits: Matrix, _ space: CopyHeadBackwardSpace,
        _ gradients: CopyHeadWeights
    ) {
        let n = stretch.symbols.count
        let dM = space.dMemory.reshaped(keySize, n)
        dM.zero()
        for index in stride(from: stretch.chunkCount - 1, through: 0, by: -1) {
            let chunk = stretch.chunk(index)
            let count = chunk.count
            let wide = space.wide.map { $0.reshaped(count, n) }
            let squares = space.squares.map { $0.reshaped(count, count) }
            let beta = strength[chunk.rows]
            gateBackward(stretch, chunk, dLogits, dRead: wide[0], space, gradients)

            let keys = product.prepare(key.rows(chunk.rows), in: space.halves[0])
            let queries = product.prepare(query.rows(chunk.rows), in: space.halves[1])
            let before = product.prepare(chunk.before, in: space.halves[2])
            let u = product.prepare(chunk.u, in: space.halves[3])
            let dAfter = product.prepare(dM, in: space.halves[4])
            let dOut = product.prepare(wide[0], in: space.halves[5])
            let r = wide[1]
            product.multiply(keys.n, dAfter.n, into: r)
            product.multiply(chunk.p.t, dOut.n, into: r, keeping: 1)
            product.kernels.deltaSolveTransposed(chunk.a, r)

            let (dP, rU, symmetric) = (squares[0], squares[1], squares[2])
            product.multiply(dOut.n, u.t, into: dP)
            product.multiply(r.n, u.t, into: rU)
            for i in 0..<count {
                let row = stretch.steps.lowerBound + chunk.steps.lowerBound + i
                space.dReadProjected.row(row * batch + stretch.lane)[keySize] =
                    rU.row(i)[i] * (1 - beta[i])
                symmetric.row(i)[i] = 0
                for j in 0..<i {
                    let value = -beta[i] * rU.row(i)[j]
                    symmetric.row(i)[j] = value
                    symmetric.row(j)[i] = value
                    dP.row(j)[i] = 0
                }
            }
            let g = wide[2]
            for i in 0..<count {
                let (from, to) = (r.row(i), g.row(i))
                let factor = -beta[i]
                for j in 0..<n { to[j] = factor * from[j] }
            }
            let dHeld = product.prepare(g, in: space.halves[6])
            let m = product.prepare(dP, in: space.halves[7])
            let dQuery = space.dQuery.rows(chunk.rows)
            product.multiply(dOut.n, before.t, into: dQuery)
            product.multiply(m.n, keys.n, into: dQuery, keeping: 1)
            let dKey = space.dKey.rows(chunk.rows)
            product.multiply(dHeld.n, before.t, into: dKey)
            product.multiply(u.n, dAfter.t, into: dKey, keeping: 1)
            product.multiply(m.t, queries.n, into: dKey, keeping: 1)
            product.multiply(symmetric.n, keys.n, into: dKey, keeping: 1)
            product.multiply(queries.t, dOut.n, into: dM, keeping: 1)
            product.multiply(keys.t, dHeld.n, into: dM, keeping: 1)
        }
    }

    /// logits += 8 softplus(s) σ(g·z + c) o: the gradient of o [c, n], of s and of g·z + c.
    private func gateBackward(
        _ stretch: Stretch, _ chunk: Stretch.Chunk, _ dLogits: Matrix, dRead: Matrix,
        _ space: CopyHeadBackwardSpace, _ gradients: CopyHeadWeights
    ) {
        let dAmount = CopyHeadStep.gain * ExactMath.sigmoid(weights.scale[0])
        for i in 0..<chunk.count {
            let row =
                (stretch.steps.lowerBound + chunk.steps.lowerBound + i) * batch + stretch.lane
            let gate = gate[chunk.rows.lowerBound + i]
            let factor = amount * gate
            let (from, said, to) = (dLogits.row(row), chunk.read.row(i), dRead.row(i))
            var dot: Float = 0
            for (column, symbol) in stretch.symbols.enumerated() {
                let d = from[Int(symbol)]
                dot += d * said[column]
                to[column] = factor * d
            }
            space.dReadProjected.row(row)[keySize + 1] = dot * factor * (1 - gate)
            gradients.scale[0] += dot * gate * dAmount
        }
    }
}
