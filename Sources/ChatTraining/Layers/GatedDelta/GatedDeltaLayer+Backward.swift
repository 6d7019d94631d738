import ChatCore

extension GatedDeltaLayer {
    /// The gradient of the whole block: feed-forward, read-out, chunked delta rule, convolution,
    /// projections, each paired with its part of `forward`. Nothing flows before the window's start.
    package func backward(_ dOutput: Matrix, input: LayerInput, dInput: LayerInputGradient) {
        guard let gradients, let space = backwardSpace else { return }
        for steps in blocks { feedForwardBackward(rows(steps), dOutput, space, gradients) }
        gatedBackward(space)
        for sequence in 0..<batch * heads { backwardSequence(sequence, space) }
        convolveBackward(space, gradients)
        for steps in blocks { projectBackward(rows(steps), dOutput, space, gradients) }
        dInput.take(dOutput, input: input, scale: embeddingScale, product: product)
    }

    /// x + W_down relu²(W_up rms(x)), and the products of x + W_o(rms(o) ⊙ silu(g)).
    private func feedForwardBackward(
        _ range: Range<Int>, _ dOutput: Matrix, _ space: GatedDeltaBackwardSpace,
        _ gradients: GatedDeltaWeights
    ) {
        let kernels = product.kernels
        let dOut = dOutput.rows(range)
        let dNormal = space.dNormalized.rows(0..<range.count)
        let normal = middleNormalized.rows(range)
        feedForward.backward(dOut, normal, range, into: dNormal)
        kernels.rms_backward(
            Int32(range.count), Int32(width), normal.base, middleInverse + range.lowerBound,
            dNormal.base, dOut.base, 1)

        let dMiddle = product.prepare(dOut, in: space.halves[0])
        product.multiply(
            dMiddle.t, gatedRead.rows(range).n, into: gradients.outputProjection, keeping: 1)
        product.multiply(
            dMiddle.n, weights.outputProjection.n, into: space.dGatedRead.rows(range))
    }

    /// Through the projections and the first norm.
    private func projectBackward(
        _ range: Range<Int>, _ dOutput: Matrix, _ space: GatedDeltaBackwardSpace,
        _ gradients: GatedDeltaWeights
    ) {
        let dProjected = space.dProjected.rows(range)
        let dNormal = space.dNormalized.rows(0..<range.count)
        let normal = normalized.rows(range)
        let dEntered = product.prepare(dProjected, in: space.halves[1])
        product.multiply(dEntered.t, normal.n, into: gradients.projections, keeping: 1)
        product.multiply(dEntered.n, weights.projections.n, into: dNormal)
        product.kernels.rms_backward(
            Int32(range.count), Int32(width), normal.base, inverse + range.lowerBound,
            dNormal.base, dOutput.row(range.lowerBound), 1)
    }

    private func gatedBackward(_ space: GatedDeltaBackwardSpace) {
        let kernels = product.kernels
        for t in 0..<time {
            for lane in 0..<batch {
                let row = t * batch + lane
                for head in 0..<heads {
                    let at = (lane * heads + head) * time + t
                    let column = head * headSize
                    kernels.gated_row_backward(
                        Int32(headSize), read.row(at), readInverse[at],
                        projected.row(row) + 3 * width + column,
                        space.dGatedRead.row(row) + column, space.dRead.row(at),
                        space.dProjected.row(row) + 3 * width + column)
                }
            }
        }
    }

    private func backwardSequence(_ sequence: Int, _ space: GatedDeltaBackwardSpace) {
        let range = sequence * time..<(sequence + 1) * time
        space.dState.zero()
        let gradients = GatedDeltaGradients(
            dQuery: space.dQuery.rows(range), dKey: space.dKey.rows(range),
            dValue: space.dValue.rows(range), dStrength: space.dStrength + range.lowerBound,
            dLogDecay: space.dLogDecay + range.lowerBound)
        chunks.backward(
            sequence, query: query.rows(range), key: key.rows(range), value: value.rows(range),
            strength: strength + range.lowerBound, dRead: space.dRead.rows(range),
            dState: space.dState, into: gradients, space: space)
    }

    /// From the gradients of q, k, v, β and log γ to those of the projections and the taps.
    private func convolveBackward(
        _ space: GatedDeltaBackwardSpace, _ gradients: GatedDeltaWeights
    ) {
        let kernels = product.kernels
        let size = Int32(headSize)
        let wide = 3 * width
        space.dTaps.zero()
        for t in 0..<time {
            for lane in 0..<batch {
                let row = t * batch + lane
                let dRow = space.dRow.base
                space.dProjected.row(row).update(repeating: 0, count: wide)
                let dGates = space.dProjected.row(row) + 4 * width
                for head in 0..<heads {
                    let at = (lane * heads + head) * time + t
                    let column = head * headSize
                    kernels.unit_row_backward(
                        size, query.row(at), queryInverse[at], space.dQuery.row(at), dRow + column)
                    kernels.unit_row_backward(
                        size, key.row(at), keyInverse[at], space.dKey.row(at),
                        dRow + width + column)
                    (dRow + 2 * width + column).update(
                        from: space.dValue.row(at), count: headSize)
                    gateBackward(at, head, row, dGates, space, gradients)
                }
                kernels.convolve_row_backward(
                    Int32(wide), dRow, convolved.row(row), weights.taps.base,
                    projectedRows.row(t, back: 3, lane: lane),
                    projectedRows.row(t, back: 2, lane: lane),
                    projectedRows.row(t, back: 1, lane: lane), projected.row(row),
                    gradientRow(t, back: 3, lane: lane, space),
                    gradientRow(t, back: 2, lane: lane, space),
                    gradientRow(t, back: 1, lane: lane, space), space.dProjected.row(row),
                    space.dTaps.base)
            }
        }
        for channel in 0..<wide {
            for tap in 0..<4 {
                gradients.storedTaps.row(channel)[tap] += space.dTaps.row(tap)[channel]
            }
        }
    }

    /// Where the gradient of a projected row goes: nowhere for the tail before the window and for zeros.
    private func gradientRow(
        _ t: Int, back steps: Int, lane: Int, _ space: GatedDeltaBackwardSpace
    ) -> UnsafeMutablePointer<Float> {
        projectedRows.isOutside(t, back: steps, lane: lane)
            ? space.ignoredRow.base : space.dProjected.row((t - steps) * batch + lane)
    }

    /// β = 2 σ(b); log γ = −e^A softplus(a + dt).
    private func gateBackward(
        _ at: Int, _ head: Int, _ row: Int, _ dGates: UnsafeMutablePointer<Float>,
        _ space: GatedDeltaBackwardSpace, _ gradients: GatedDeltaWeights
    ) {
        let beta = strength[at]
        dGates[heads + head] = space.dStrength[at] * beta * (1 - beta / 2)
        guard !resets[row] else {
            dGates[head] = 0
            return
        }
        let d = space.dLogDecay[at]
        let a = projected.row(row)[4 * width + head] + weights.decayBias[head]
        let dSoftplus = -d * ExactMath.exp(weights.decayRateLog[head]) * ExactMath.sigmoid(a)
        dGates[head] = dSoftplus
        gradients.decayBias[head] += dSoftplus
        gradients.decayRateLog[head] += d * logDecay[at]
    }
}
