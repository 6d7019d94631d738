import ChatCore

/// Weights of an LSTM or GRU layer with what every worker shares, prepared once a step.
package final class GateWeights: @unchecked Sendable {
    let fromInput: Matrix
    let fromHidden: Matrix
    /// W_hhᵀ [H, gates]: oneDNN is faster with it when the gradient goes back through time.
    let fromHiddenTransposed: Matrix
    let inputBias: Vector
    let hiddenBias: Vector

    package init(_ tensors: TensorViews, layer: Int, in workspace: Workspace) {
        fromInput = tensors.matrix("rnn.weight_ih_l\(layer)")
        fromHidden = tensors.matrix("rnn.weight_hh_l\(layer)")
        inputBias = tensors.vector("rnn.bias_ih_l\(layer)")
        hiddenBias = tensors.vector("rnn.bias_hh_l\(layer)")
        fromHiddenTransposed = workspace.matrix(fromHidden.columns, fromHidden.rows)
    }

    /// Call when the parameters have changed.
    package func prepare() { fromHiddenTransposed.copyTransposed(fromHidden) }
}

/// The gradients of the same tensors.
package struct GateGradients {
    let fromInput: Matrix
    let fromHidden: Matrix
    let inputBias: Vector
    let hiddenBias: Vector

    package init(_ tensors: TensorViews, layer: Int) {
        fromInput = tensors.matrix("rnn.weight_ih_l\(layer)")
        fromHidden = tensors.matrix("rnn.weight_hh_l\(layer)")
        inputBias = tensors.vector("rnn.bias_ih_l\(layer)")
        hiddenBias = tensors.vector("rnn.bias_hh_l\(layer)")
    }
}

/// A long short-term memory layer over a window (Hochreiter and Schmidhuber 1997; PyTorch's equations
/// and gate order i, f, g, o).
///
/// i, f, o = σ(W x + b + U h + c), g = tanh(…); cell' = f cell + i g; hidden' = o tanh(cell').
package final class LSTMLayer: RecurrentLayer {
    let batch: Int
    let time: Int
    let size: Int
    let weights: GateWeights
    let gradients: GateGradients?
    let projection: InputProjection
    let product: MatrixProduct

    /// Gates [R, 4H], activated by the forward pass, their gradient after the backward pass.
    let gates: Matrix
    /// Hidden and cell states [R + B, H]: the first B rows are those before the window.
    let hidden: Matrix
    let cell: Matrix
    let cellTanh: Matrix
    let saved: Matrix
    let dHidden: Matrix
    let dCell: Matrix
    var resets: [Bool] = []
    /// Whether the first B rows still hold the state to start from (else it is after the last row).
    private var atStart = true
    private let layout: LayerStateLayout

    package init(
        _ weights: GateWeights, gradients: GateGradients?, symbolCount: Int, batch: Int, time: Int,
        in workspace: Workspace
    ) {
        self.weights = weights
        self.gradients = gradients
        self.batch = batch
        self.time = time
        size = weights.fromHidden.columns
        layout = LayerStateLayout(LayerConfiguration(cell: .lstm, hiddenSize: size))
        product = workspace.product
        projection = InputProjection(
            weights: weights.fromInput, gradient: gradients?.fromInput, symbolCount: symbolCount,
            in: workspace)
        let rows = batch * time
        gates = workspace.matrix(rows, 4 * size)
        hidden = workspace.matrix(rows + batch, size)
        cell = workspace.matrix(rows + batch, size)
        cellTanh = workspace.matrix(rows, size)
        saved = workspace.matrix(batch, 4 * size)
        dHidden = workspace.matrix(batch, size)
        dCell = workspace.matrix(batch, size)
    }

    package var output: Matrix { hidden.rows(batch..<(time + 1) * batch) }

    package func forward(_ input: LayerInput, resets: [Bool]) {
        self.resets = resets
        carry()
        projection.forward(input, into: gates)
        for t in 0..<time {
            let now = t * batch..<(t + 1) * batch
            let next = (t + 1) * batch..<(t + 2) * batch
            let step = gates.rows(now)
            let fresh = (0..<batch).filter { resets[t * batch + $0] }
            for lane in fresh {
                saved.row(lane).copy(step.row(lane))
                cell.row(t * batch + lane).zero()
            }
            product.multiply(
                hidden.rows(now).n, weights.fromHidden.t, into: step, keeping: 1)
            for lane in fresh { step.row(lane).copy(saved.row(lane)) }
            product.kernels.lstmForward(
                gates: step, inputBias: weights.inputBias, hiddenBias: weights.hiddenBias,
                cellBefore: cell.rows(now), cell: cell.rows(next), cellTanh: cellTanh.rows(now),
                hidden: hidden.rows(next))
        }
        atStart = false
    }

    /// Moves the state after the last window to the place before the next one.
    private func carry() {
        if !atStart {
            let last = time * batch..<(time + 1) * batch
            hidden.rows(0..<batch).copy(hidden.rows(last))
            cell.rows(0..<batch).copy(cell.rows(last))
        }
        atStart = true
    }

    package func loadState(lane: Int, from values: UnsafePointer<Float>) {
        carry()
        hidden.row(lane).load(values, layout.hidden)
        cell.row(lane).load(values, layout.cell)
    }

    package func storeState(lane: Int, to values: UnsafeMutablePointer<Float>) {
        let row = atStart ? lane : time * batch + lane
        hidden.row(row).store(values, layout.hidden)
        cell.row(row).store(values, layout.cell)
    }
}
