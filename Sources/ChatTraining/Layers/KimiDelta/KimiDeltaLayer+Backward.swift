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
        let kernels = product.kernels
        let range = rows(steps)
        let dOut = dOutput.rows(range)
        let dMixed = space.dNormal.rows(0..<range.count)
        feedForward.backward(dOut, innerMixer.output.rows(range), range, into: dMixed)
        innerMixer.backward(steps, dMixed)
        kernels.rms_backward(
            Int32(range.count), Int32(width), middleNormalized.row(range.lowerBound),
            middleInverse + range.lowerBound, innerMixer.dSource.row(range.lowerBound), dOut.base,
            1)

        let dMiddle = product.prepare(dOut, in: space.halves[0])
        product.multiply(
            dMiddle.t, gatedRead.rows(range).n, into: gradients.outputProjection, keeping: 1)
        product.multiply(
            dMiddle.n, weights.outputProjection.n, into: space.dGatedRead.rows(range))
    }

    private func gatedBackward(_ space: KimiDeltaBackwardSpace) {
        let kernels = product.kernels
        for t in 0..<time {
            for lane in 0..<batch {
                let row = t * batch + lane
                for head in 0..<heads {
                    let at = (lane * heads + head) * time + t
                    let column = head * headSize
                    kernels.sigmoid_gated_row_backward(
                        Int32(headSize), read.row(at), readInverse[at],
                        projected.row(row) + 3 * width + column,
                        space.dGatedRead.row(row) + column, space.dRead.row(at),
                        space.dProjected.row(row) + 3 * width + column)
                }
            }
        }
    }

    private func backwardSequence(_ sequence: Int, _ space: KimiDeltaBackwardSpace) {
        let range = sequence * time..<(sequence + 1) * time
        space.dStates.0.zero()
        let gradients = KimiDeltaGradients(
            dQuery: space.dQuery.rows(range), dKey: space.dKey.rows(range),
            dValue: space.dValue.rows(range), dStrength: space.dStrength + range.lowerBound,
            dLogDecay: space.dLogDecay.rows(range))
        chunks.backward(
            sequence, cuts: cuts[sequence / heads], strength: strength + range.lowerBound,
            sums: logDecay.rows(range), dRead: space.dRead.rows(range), dStates: space.dStates,
            into: gradients, space: space)
    }

    /// From the gradients of q, k, v, β and g to those of the projections, the taps and the decays.
    private func convolveBackward(
        _ space: KimiDeltaBackwardSpace, _ gradients: KimiDeltaWeights
    ) {
        let kernels = product.kernels
        let size = Int32(headSize)
        let wide = 3 * width
        gradients.taps.byTap.zero()
        for t in 0..<time {
            for lane in 0..<batch {
                let row = t * batch + lane
                let dRow = space.dRow.base
                space.dProjected.row(row).update(repeating: 0, count: wide)
                let dStrengths = space.dProjected.row(row) + decayColumns.upperBound
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
                    // β = 2 σ(b), so db = β dβ (1 − β / 2).
                    dStrengths[head] = space.dStrength[at] * (1 - strength[at] / 2)
                    kernels.decay_row_backward(
                        size, decayInput.row(row) + column, weights.decayBias + column,
                        space.dLogDecay.row(at), space.dDecayInput.row(row) + column)
                }
                kernels.convolve_row_backward(
                    Int32(wide), dRow, convolved.row(row), weights.taps.byTap.base,
                    projectedRows.row(t, back: 3, lane: lane),
                    projectedRows.row(t, back: 2, lane: lane),
                    projectedRows.row(t, back: 1, lane: lane), projected.row(row),
                    gradientRow(t, back: 3, lane: lane, space),
                    gradientRow(t, back: 2, lane: lane, space),
                    gradientRow(t, back: 1, lane: lane, space), space.dProjected.row(row),
                    gradients.taps.byTap.base)
            }
        }
        gradients.taps.addToStored()
        forgetAtResets(space)
    }

    /// The decay into a step where a dialogue begins decays nothing: what is left of its gradient is rounding.
    private func forgetAtResets(_ space: KimiDeltaBackwardSpace) {
        for (lane, cuts) in cuts.enumerated() {
            for cut in cuts where cut.slot == nil {
                space.dDecayInput.row(cut.range.lowerBound * batch + lane)
                    .update(repeating: 0, count: width)
            }
        }
    }

    /// Where the gradient of a projected row goes: nowhere for the tail before the window and for zeros.
    private func gradientRow(
        _ t: Int, back steps: Int, lane: Int, _ space: KimiDeltaBackwardSpace
    ) -> UnsafeMutablePointer<Float> {
        projectedRows.isOutside(t, back: steps, lane: lane)
            ? space.ignoredRow.base : space.dProjected.row((t - steps) * batch + lane)
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
        kernels.column_sum(
            Int32(range.count), Int32(width), space.dDecayInput.row(range.lowerBound),
            gradients.decayBias)

        let dMixed = space.dNormal.rows(0..<range.count)
        let dEntered = product.prepare(dProjected, in: space.halves[1])
        product.multiply(
            dEntered.t, mixer.output.rows(range).n, into: gradients.projections, keeping: 1)
        product.multiply(dEntered.n, weights.projections.n, into: dMixed)
        mixer.backward(steps, dMixed)
        kernels.rms_backward(
            Int32(range.count), Int32(width), normalized.row(range.lowerBound),
            inverse + range.lowerBound, mixer.dSource.row(range.lowerBound),
            dOutput.row(range.lowerBound), 1)
    }
}
