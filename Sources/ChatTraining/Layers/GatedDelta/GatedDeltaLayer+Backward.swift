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
        let dOut = dOutput.rows(range)
        let dNormal = space.dNormalized.rows(0..<range.count)
        let normal = middleNormalized.rows(range)
        feedForward.backward(dOut, normal, range, into: dNormal)
        product.kernels.rmsBackward(
            normal, inverse: middleInverse[range], dy: dNormal, into: dOut, adding: true)

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
        product.kernels.rmsBackward(
            normal, inverse: inverse[range], dy: dNormal, into: dOutput.rows(range), adding: true)
    }

    private func gatedBackward(_ space: GatedDeltaBackwardSpace) {
        let kernels = product.kernels
        let gateColumns = 3 * width..<4 * width
        let gates = projected.columns(gateColumns)
        let dGates = space.dProjected.columns(gateColumns)
        for t in 0..<time {
            for lane in 0..<batch {
                let row = t * batch + lane
                for head in 0..<heads {
                    let at = (lane * heads + head) * time + t
                    let own = columns(head)
                    kernels.gatedRowBackward(
                        read.row(at), inverse: readInverse[at], gate: gates.row(row)[own],
                        dOut: space.dGatedRead.row(row)[own], into: space.dRead.row(at),
                        dGate: dGates.row(row)[own])
                }
            }
        }
    }

    private func backwardSequence(_ sequence: Int, _ space: GatedDeltaBackwardSpace) {
        let range = sequence * time..<(sequence + 1) * time
        space.dState.zero()
        let gradients = GatedDeltaGradients(
            dQuery: space.dQuery.rows(range), dKey: space.dKey.rows(range),
            dValue: space.dValue.rows(range), dStrength: space.dStrength[range],
            dLogDecay: space.dLogDecay[range])
        chunks.backward(
            sequence, query: query.rows(range), key: key.rows(range), value: value.rows(range),
            strength: strength[range], dRead: space.dRead.rows(range),
            dState: space.dState, into: gradients, space: space)
    }

    /// From the gradients of q, k, v, β and log γ to those of the projections and the taps.
    private func convolveBackward(
        _ space: GatedDeltaBackwardSpace, _ gradients: GatedDeltaWeights
    ) {
        let kernels = product.kernels
        let wide = 3 * width
        let dEntered = space.dProjected.columns(0..<wide)
        let dRow = space.dRow.row(0)
        let (dQueries, dKeys) = (dRow[0..<width], dRow[width..<2 * width])
        let dValues = dRow[(2 * width)...]
        space.dTaps.zero()
        for t in 0..<time {
            for lane in 0..<batch {
                let row = t * batch + lane
                dEntered.row(row).zero()
                let dGates = space.dProjected.row(row)[(4 * width)...]
                for head in 0..<heads {
                    let at = (lane * heads + head) * time + t
                    let own = columns(head)
                    kernels.unitRowBackward(
                        query.row(at), inverse: queryInverse[at], dy: space.dQuery.row(at),
                        into: dQueries[own])
                    kernels.unitRowBackward(
                        key.row(at), inverse: keyInverse[at], dy: space.dKey.row(at),
                        into: dKeys[own])
                    dValues[own].copy(space.dValue.row(at))
                    gateBackward(at, head, row, dGates, space, gradients)
                }
                kernels.convolveRowBackward(
                    dy: dRow, before: convolved.row(row), taps: weights.taps,
                    projectedRows.window(t, lane: lane),
                    addingTo: projectedRows.gradients(
                        t, lane: lane, in: dEntered, else: space.ignoredRow.row(0)),
                    dTaps: space.dTaps)
            }
        }
        for channel in 0..<wide {
            for tap in 0..<4 {
                gradients.storedTaps.row(channel)[tap] += space.dTaps.row(tap)[channel]
            }
        }
    }

    /// β = 2 σ(b); log γ = −e^A softplus(a + dt).
    private func gateBackward(
        _ at: Int, _ head: Int, _ row: Int, _ dGates: Vector,
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
