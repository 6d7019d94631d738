extension LSTMLayer {
    /// Backward through time over the window (truncated BPTT: nothing flows before its start).
    ///
    /// With dh the gradient of a step's hidden state and dc of its cell: do = dh tanh(c) o(1−o);
    /// dc += dh o (1 − tanh²c); di = dc g i(1−i); df = dc c₋₁ f(1−f); dg = dc i (1−g²); dc₋₁ = dc f;
    /// dh₋₁ = Uᵀ dgates. The weights' gradients are one product over the whole window.
    package func backward(_ dOutput: Matrix, input: LayerInput, dInput: LayerInputGradient) {
        guard let gradients else { return }
        let kernels = product.kernels
        dHidden.zero()
        dCell.zero()
        for t in stride(from: time - 1, through: 0, by: -1) {
            let now = t * batch..<(t + 1) * batch
            let step = gates.rows(now)
            let dStep = dOutput.rows(now)
            kernels.add(dHidden.flat, to: dStep.flat)
            kernels.lstmBackward(
                gates: step, cellBefore: cell.rows(now), cellTanh: cellTanh.rows(now),
                dHidden: dStep, dCell: dCell)
            if t > 0 {
                product.multiply(step.n, weights.fromHiddenTransposed.t, into: dHidden)
            }
            for lane in 0..<batch where resets[t * batch + lane] {
                dHidden.row(lane).zero()
                dCell.row(lane).zero()
            }
        }
        projection.backward(gates, input: input, dInput: dInput)
        // The hidden state that entered a step after a reset was zero.
        for row in 0..<time * batch where resets[row] {
            hidden.row(row).zero()
        }
        product.multiply(
            gates.t, hidden.rows(0..<time * batch).n, into: gradients.fromHidden, keeping: 1)
        kernels.columnSum(gates, addingTo: gradients.inputBias)
        kernels.columnSum(gates, addingTo: gradients.hiddenBias)
    }
}
