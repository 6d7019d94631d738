extension GRULayer {
    /// Backward through time over the window.
    ///
    /// dn = dh (1−z)(1−n²); dz = dh (h₋₁ − n) z(1−z); dr = dn (U_n h + c_n) r(1−r); the product's part
    /// of the new gate gets dn r; dh₋₁ = dh z + Uᵀ d(U h).
    package func backward(_ dOutput: Matrix, input: LayerInput, dInput: LayerInputGradient) {
        guard let gradients else { return }
        let kernels = product.kernels
        dHidden.zero()
        for t in stride(from: time - 1, through: 0, by: -1) {
            let now = t * batch..<(t + 1) * batch
            let dStep = dOutput.rows(now)
            kernels.add(dStep.flat, to: dHidden.flat)
            kernels.gruBackward(
                fromInput: fromInput.rows(now), fromHidden: fromHidden.rows(now),
                before: before.rows(now), dHidden: dHidden)
            if t > 0 {
                product.multiply(
                    fromHidden.rows(now).n, weights.fromHiddenTransposed.t, into: dHidden,
                    keeping: 1)
            }
            for lane in 0..<batch where resets[t * batch + lane] {
                dHidden.row(lane).zero()
            }
        }
        projection.backward(fromInput, input: input, dInput: dInput)
        product.multiply(fromHidden.t, before.n, into: gradients.fromHidden, keeping: 1)
        kernels.columnSum(fromInput, addingTo: gradients.inputBias)
        kernels.columnSum(fromHidden, addingTo: gradients.hiddenBias)
    }
}
