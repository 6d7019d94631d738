import ChatCore

extension KimiDeltaLayer {
    /// The gradient of the whole block: feed-forward, read-out, chunked delta rule, convolution,
    /// projections, each paired with its part of `forward`. Nothing flows before the window's start.
    ///
    /// The residual convolutions carry gradients to earlier steps, so blocks go from the last to the first.
    package func backward(_ dOutput: Matrix, input: LayerInput, dInput: LayerInputGradient) {
        guard let gradients, let space = backwardSpace else { return }
        innerMixer.beginBackward()
        for steps in blocks.reversed() { feedForwardBackward(steps, dOutput, space, gradients) }
        innerMixer.endBackward()
        gatedBackward(space)
        for sequence in 0..<batch * heads { backwardSequence(sequence, space) }
        convolveBackward(space, gradients)
        mixer.beginBackward()
        for steps in blocks.reversed() { projectBackward(steps, dOutput, space, gradients) }
        mixer.endBackward()
        dInput.take(dOutput, input: input, scale: embeddingScale, product: product)
    }

    /// x + W_down relu²(W_up mixed(rms(x))), and the products of x + W_o(rms(o) ⊙ σ(g)).
    private func feedForwardBackward(
        _ steps: Range<Int>, _ dOutput: Matrix, _ space: KimiDeltaBackwardSpace,
        _ gradients: KimiDeltaWeights
    ) {
        let range = rows(steps)
        let dOut = dOutput.rows(range)
        let dMixed = space.dNormal.rows(0..<range.count)
        feedForward.backward(dOut, innerMixer.output.rows(range), range, into: dMixed)
        innerMixer.backward(steps, dMixed)
        product.kernels.rmsBackward(
            middleNormalized.rows(range), inverse: middleInverse[range],
            dy: innerMixer.dSource.rows(range), into: dOut, adding: true)

        let dMiddle = product.prepare(dOut, in: space.halves[0])
        product.multiply(
            dMiddle.t, gatedRead.rows(range).n, into: gradients.outputProjection, keeping: 1)
        product.multiply(
            dMiddle.n, weights.outputProjection.n, into: space.dGatedRead.rows(range))
    }

    private func gatedBackward(_ space: KimiDeltaBackwardSpace) {
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
                    kernels.sigmoidGatedRowBackward(
                        read.row(at), inverse: readInverse[at], gate: gates.row(row)[own],
                        dOut: space.dGatedRead.row(row)[own], into: space.dRead.row(at),
                        dGate: dGates.row(row)[own])
                }
            }
        }
    }

    private func backwardSequence(_ sequence: Int, _ space: KimiDeltaBackwardSpace) {
        let range = sequence * time..<(sequence + 1) * time
        space.dStates.0.zero()
        let gradients = KimiDeltaGradients(
            dQuery: space.dQuery.rows(range), dKey: space.dKey.rows(range),
            dValue: space.dValue.rows(range), dStrength: space.dStrength[range],
            dLogDecay: space.dLogDecay.rows(range))
        chunks.backward(
            sequence, cuts: cuts[sequence / heads], strength: strength[range],
            sums: logDecay.rows(range), dRead: space.dRead.rows(range), dStates: space.dStates,
            into: gradients, space: space)
    }

    /// From the gradients of q, k, v, β and g to those of the projections, the taps and the decays.
    private func convolveBackward(
        _ space: KimiDeltaBackwardSpace, _ gradients: KimiDeltaWeights
    ) {
        let kernels = product.kernels
        let dEntered = space.dProjected.columns(0..<3 * width)
        let dRow = space.dRow.row(0)
        let (dQueries, dKeys) = (dRow[0..<width], dRow[width..<2 * width])
        let dValues = dRow[(2 * width)...]
        gradients.taps.byTap.zero()
        for t in 0..<time {
            for lane in 0..<batch {
                let row = t * batch + lane
                dEntered.row(row).zero()
                let dStrengths = space.dProjected.row(row)[decayColumns.upperBound...]
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
                    // β = 2 σ(b), so db = β dβ (1 − β / 2).
                    dStrengths[head] = space.dStrength[at] * (1 - strength[at] / 2)
                    kernels.decayRowBackward(
                        decayInput.row(row)[own], bias: weights.decayBias[own],
                        dg: space.dLogDecay.row(at), into: space.dDecayInput.row(row)[own])
                }
                kernels.convolveRowBackward(
                    dy: dRow, before: convolved.row(row), taps: weights.taps.byTap,
                    projectedRows.window(t, lane: lane),
                    addingTo: projectedRows.gradients(
                        t, lane: lane, in: dEntered, else: space.ignoredRow.row(0)),
                    dTaps: gradients.taps.byTap)
            }
        }
        gradients.taps.addToStored()
        forgetAtResets(space)
    }

    /// The decay into a step where a dialogue begins decays nothing: what is left of its gradient is rounding.
    private func forgetAtResets(_ space: KimiDeltaBackwardSpace) {
        for (lane, cuts) in cuts.enumerated() {
            for cut in cuts where cut.slot == nil {
                space.dDecayInput.row(cut.range.lowerBound * batch + lane).zero()
            }
        }
    }

    /// Through the projections, the residual convolution and the first norm.
    private func projectBackward(
        _ steps: Range<Int>, _ dOutput: Matrix, _ space: KimiDeltaBackwardSpace,
        _ gradients: KimiDeltaWeights
    ) {
        let kernels = product.kernels
        let range = rows(steps)
        let dProjected = space.dProjected.rows(range)
        let dDecays = product.prepare(space.dDecayInput.rows(range), in: space.halves[0])
        product.multiply(
            dDecays.t, projected.rows(range).columns(decayColumns).n,
            into: gradients.decayProjection, keeping: 1)
        product.multiply(
            dDecays.n, weights.decayProjection.n, into: dProjected.columns(decayColumns))
        kernels.columnSum(space.dDecayInput.rows(range), addingTo: gradients.decayBias)

        let dMixed = space.dNormal.rows(0..<range.count)
        let dEntered = product.prepare(dProjected, in: space.halves[1])
        product.multiply(
            dEntered.t, mixer.output.rows(range).n, into: gradients.projections, keeping: 1)
        product.multiply(dEntered.n, weights.projections.n, into: dMixed)
        mixer.backward(steps, dMixed)
        kernels.rmsBackward(
            normalized.rows(range), inverse: inverse[range], dy: mixer.dSource.rows(range),
            into: dOutput.rows(range), adding: true)
    }
}
