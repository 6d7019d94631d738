import ChatCore

extension PointerHead {
    /// The gradient of `forward`. Nothing flows before the window's start.
    /// - Parameters:
    ///   - dLogits: [R, S].
    ///   - dZ: [R, W]; the gradient is added.
    package func backward(_ dLogits: Matrix, addingTo dZ: Matrix) {
        guard let gradients, let space = backwardSpace else { return }
        space.dKeys.zero()
        var dSharpness: Float = 0
        for lane in 0..<batch {
            space.dPointer.zero()
            for start in stride(
                from: (time - 1) / Self.chunkLength * Self.chunkLength, through: 0,
                by: -Self.chunkLength)
            {
                dSharpness += backward(
                    lane, start..<min(start + Self.chunkLength, time), dLogits, space, gradients)
            }
        }
        gradients.sharpness[0] +=
            dSharpness * CopyHeadStep.gain * ExactMath.sigmoid(weights.sharpness[0])
        lengthsBackward(space, gradients)
        let y = product.prepare(input, in: space.halves[2])
        let dRead = product.prepare(space.dReadProjected, in: space.halves[0])
        product.multiply(dRead.t, y.n, into: gradients.reading, keeping: 1)
        product.multiply(dRead.n, weights.reading.n, into: space.dInput)
        let dKey = product.prepare(space.dKeyProjected, in: space.halves[1])
        product.multiply(dKey.t, y.n, into: gradients.key, keeping: 1)
        product.multiply(dKey.n, weights.key.n, into: space.dInput, keeping: 1)
        traceBackward(space, addingTo: dZ)
    }

    /// From the gradient of z and its trace to that of z.
    private func traceBackward(_ space: PointerHeadBackwardSpace, addingTo dZ: Matrix) {
        let width = dZ.columns
        for t in (0..<time).reversed() {
            for lane in 0..<batch {
                let row = t * batch + lane
                let (dY, out) = (space.dInput.row(row), dZ.row(row))
                let dTrace = dY[width...]
                for i in 0..<width { out[i] += dY[i] + traceWeights.base[i] * dTrace[i] }
                guard t > 0, !resets[row] else { continue }
                let before = space.dInput.row(row - batch)[width...]
                for i in 0..<width { before[i] += decays.base[i] * dTrace[i] }
            }
        }
    }

    /// A chunk of a lane's steps, from the last. With D the gradient of sharpness · dots: dQ = D K, dK = Dᵀ Q.
    /// - Returns: the gradient of the sharpness.
    private func backward(
        _ lane: Int, _ steps: Range<Int>, _ dLogits: Matrix, _ space: PointerHeadBackwardSpace,
        _ gradients: PointerHeadWeights
    ) -> Float {
        let kernels = product.kernels
        let span = span(lane, steps)
        let rows = lane * time + steps.lowerBound..<lane * time + steps.upperBound
        let chunk = dots.reshaped(steps.count, span.count)
        chunk.zero()
        let dAmount = CopyHeadStep.gain * ExactMath.sigmoid(weights.scale[0])
        for (index, t) in steps.enumerated().reversed() {
            let at = lane * time + t
            let row = t * batch + lane
            let from = dLogits.row(row)
            let seen = self.rows(lane, t)
            let sums = space.sums.vector
            kernels.pointerBackward(
                seen, factor: amount * gate[at], follow: follow[at], dLogits: from,
                dWeights: space.dPointer.row(0)[first[at]...],
                dDots: seenDots(chunk.row(index), seen, span), sums: sums)
            if resets[row] { space.dPointer.zero() }
            let parts = space.dReadProjected.row(row)[keySize...]
            let input = readProjected.row(row)[keySize...]
            parts[0] = sums[0] * amount * gate[at] * (1 - gate[at])
            parts[1] = sums[1] * follow[at] * (1 - follow[at])
            parts[2] = sums[2] * ExactMath.sigmoid(input[2])
            parts[3] = sums[3]
            parts[4] = toldBackward(bestMatch(lane, t), told[at], from, gradients)
            for i in 0..<Self.readerCount { gradients.biases[i] += parts[i] }
            gradients.scale[0] += sums[0] * gate[at] * dAmount
        }
        let d = product.prepare(chunk, in: space.halves[2])
        let queries = product.prepare(query.rows(rows), in: space.halves[3])
        let heard = product.prepare(keys.rows(span), in: space.halves[4])
        let dQuery = space.dQuery.rows(rows)
        product.multiply(d.n, heard.n, into: dQuery)
        product.multiply(d.t, queries.n, into: space.dKeys.rows(span), keeping: 1)
        var dSharpness: Float = 0
        for at in rows {
            let (q, dq) = (query.row(at), space.dQuery.row(at))
            for i in 0..<keySize { dSharpness += q[i] * dq[i] }
        }
        return dSharpness
    }

    /// logits += c · σ(e·y + e₀) o: the gradient of o and, returned, of e·y + e₀.
    private func toldBackward(
        _ best: Float, _ told: Float, _ dLogits: Vector,
        _ gradients: PointerHeadWeights
    ) -> Float {
        guard best != 0 else { return 0 }
        var dot: Float = 0
        for s in 0..<symbolCount {
            dot += dLogits[s] * weights.toldLogits[s]
            gradients.toldLogits[s] += best * told * dLogits[s]
        }
        return dot * best * told * (1 - told)
    }

    /// From the gradients of unit keys and queries, which lack the sharpness, to those of the projections.
    private func lengthsBackward(
        _ space: PointerHeadBackwardSpace, _ gradients: PointerHeadWeights
    ) {
        let kernels = product.kernels
        for lane in 0..<batch {
            for t in 0..<time {
                let (row, at) = (t * batch + lane, lane * time + t)
                let dRead = space.dReadProjected.row(row)[0..<keySize]
                kernels.unitRowBackward(
                    query.row(at), inverse: queryInverse[at], dy: space.dQuery.row(at), into: dRead)
                for i in 0..<keySize { dRead[i] *= sharpness }
                // The key that y_t made is that of the step after.
                let dKey = space.dKeyProjected.row(row)
                if t + 1 == time || resets[row + batch] {
                    dKey.zero()
                } else {
                    let next = start(lane) + reach + t + 1
                    kernels.unitRowBackward(
                        keys.row(next), inverse: keyInverse[row], dy: space.dKeys.row(next),
                        into: dKey)
                    for i in 0..<keySize { dKey[i] *= sharpness }
                }
            }
        }
    }
}

/// Memory that only the backward pass of a pointer head uses.
package final class PointerHeadBackwardSpace {
    /// [B · (N + T), K], without the sharpness.
    let dKeys: Matrix
    /// Lane-major, [B · T, K], without the sharpness.
    let dQuery: Matrix
    /// Time-major: of W_k y_t [R, K], and of W_q and the readers times y_t [R, K + 5].
    let dKeyProjected: Matrix
    let dReadProjected: Matrix
    /// Of z and its trace, [R, 2 W].
    let dInput: Matrix
    /// Of the weights of a step, from the step after, [1, N].
    let dPointer: Matrix
    let sums: FloatBuffer
    /// For factors of several products.
    let halves = (0..<5).map { _ in HalfBuffer() }

    init(
        batch: Int, time: Int, keySize: Int, reach: Int, width: Int, in workspace: Workspace
    ) {
        dKeys = workspace.matrix(batch * (reach + time), keySize)
        dQuery = workspace.matrix(batch * time, keySize)
        dKeyProjected = workspace.matrix(batch * time, keySize)
        dReadProjected = workspace.matrix(
            batch * time, keySize + PointerHead.readerCount)
        dInput = workspace.matrix(batch * time, 2 * width)
        dPointer = workspace.matrix(1, reach)
        sums = FloatBuffer(count: 4)
    }
}
