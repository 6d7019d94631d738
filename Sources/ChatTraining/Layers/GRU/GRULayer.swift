/// A gated recurrent unit layer over a window (Cho et al. 2014; PyTorch's equations and gate order
/// r, z, n, with the reset gate after the product).
///
/// r, z = σ(W x + b + U h + c); n = tanh(W_n x + b_n + r ⊙ (U_n h + c_n)); h' = (1 − z) n + z h.
package final class GRULayer: RecurrentLayer {
    let batch: Int
    let time: Int
    let size: Int
    let weights: GateWeights
    let gradients: GateGradients?
    let projection: InputProjection
    let product: MatrixProduct

    /// W x and U h [R, 3H]: activated gates and the new gate's product after the forward pass, their
    /// gradients after the backward pass.
    let fromInput: Matrix
    let fromHidden: Matrix
    /// Hidden states [R + B, H]: the first B rows are those before the window.
    let hidden: Matrix
    /// What each step read as its state, [R, H]: zero after a reset.
    let before: Matrix
    let dHidden: Matrix
    var resets: [Bool] = []
    private var atStart = true

    package init(
        _ weights: GateWeights, gradients: GateGradients?, symbolCount: Int, batch: Int, time: Int,
        in workspace: Workspace
    ) {
        self.weights = weights
        self.gradients = gradients
        self.batch = batch
        self.time = time
        size = weights.fromHidden.columns
        product = workspace.product
        projection = InputProjection(
            weights: weights.fromInput, gradient: gradients?.fromInput, symbolCount: symbolCount,
            in: workspace)
        let rows = batch * time
        fromInput = workspace.matrix(rows, 3 * size)
        fromHidden = workspace.matrix(rows, 3 * size)
        hidden = workspace.matrix(rows + batch, size)
        before = workspace.matrix(rows, size)
        dHidden = workspace.matrix(batch, size)
    }

    package var output: Matrix { hidden.rows(batch..<(time + 1) * batch) }

    package func forward(_ input: LayerInput, resets: [Bool]) {
        self.resets = resets
        carry()
        projection.forward(input, into: fromInput)
        for t in 0..<time {
            let now = t * batch..<(t + 1) * batch
            let next = (t + 1) * batch..<(t + 2) * batch
            let entering = before.rows(now)
            entering.copy(hidden.rows(now))
            for lane in 0..<batch where resets[t * batch + lane] {
                entering.row(lane).zero()
            }
            product.multiply(entering.n, weights.fromHidden.t, into: fromHidden.rows(now))
            product.kernels.gruForward(
                fromInput: fromInput.rows(now), fromHidden: fromHidden.rows(now),
                inputBias: weights.inputBias, hiddenBias: weights.hiddenBias, before: entering,
                hidden: hidden.rows(next))
        }
        atStart = false
    }

    private func carry() {
        if !atStart {
            hidden.rows(0..<batch).copy(hidden.rows(time * batch..<(time + 1) * batch))
        }
        atStart = true
    }

    package func loadState(lane: Int, from values: UnsafePointer<Float>) {
        carry()
        hidden.row(lane).load(values, 0..<size)
    }

    package func storeState(lane: Int, to values: UnsafeMutablePointer<Float>) {
        hidden.row(atStart ? lane : time * batch + lane).store(values, 0..<size)
    }
}
