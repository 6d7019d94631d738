/// One layer of the stack over a whole window of a batch, fast, for training and evaluation.
///
/// Rows are time-major: row t · batch + b. Legend: B batch, T time, R = T · B rows, H hidden size.
/// The forward pass lives in the Model room, its backward pass, paired by name, in the Training room.
package protocol RecurrentLayer: AnyObject {
    /// The layer's output, [R, H]; valid after `forward`.
    var output: Matrix { get }
    /// Reads the window and leaves the state after it in place for the next window. Lane b's state is
    /// taken as zero before row t · B + b where `resets` is true there.
    func forward(_ input: LayerInput, resets: [Bool])
    /// From dL/doutput [R, H] (overwritten), adds to the parameters' gradients and hands dL/dinput on.
    func backward(_ dOutput: Matrix, input: LayerInput, dInput: LayerInputGradient)
    /// Copies lane b's state from or to a flat `RecurrentState` part.
    func loadState(lane: Int, from values: UnsafePointer<Float>)
    func storeState(lane: Int, to values: UnsafeMutablePointer<Float>)
}

/// What enters a layer: symbols through the embedding, or the rows of the layer below.
package enum LayerInput {
    /// Symbols [R] and the embedding [symbols, width].
    case symbols([Int32], embedding: Matrix)
    case rows(Matrix)
}

/// Where the gradient of a layer's input goes.
package enum LayerInputGradient {
    /// Added to the embedding's gradient [symbols, width].
    case embedding(Matrix)
    /// Written over a matrix [R, width].
    case rows(Matrix)
}

/// The product W x of a whole window, used by LSTM and GRU.
///
/// Where symbols enter, W times every row of the embedding is computed once, [symbols, gates], and
/// rows are gathered from it: far fewer products than multiplying the embedded window. Its gradient is
/// gathered the same way backwards.
package final class InputProjection {
    private let weights: Matrix
    private let dWeights: Matrix?
    private let table: Matrix
    private let dTable: Matrix
    private let product: MatrixProduct

    package init(weights: Matrix, gradient: Matrix?, symbolCount: Int, in workspace: Workspace) {
        self.weights = weights
        dWeights = gradient
        product = workspace.product
        table = workspace.matrix(symbolCount, weights.rows)
        dTable = workspace.matrix(gradient == nil ? 0 : symbolCount, weights.rows)
    }

    /// out [R, gates] = W x.
    package func forward(_ input: LayerInput, into out: Matrix) {
        switch input {
        case .rows(let x):
            product.multiply(x.n, weights.t, into: out)
        case .symbols(let symbols, let embedding):
            product.multiply(embedding.n, weights.t, into: table)
            for (row, symbol) in symbols.enumerated() {
                out.row(row).copy(table.row(Int(symbol)))
            }
        }
    }

    /// From dOut [R, gates], adds to dW and hands dL/dx on.
    package func backward(_ dOut: Matrix, input: LayerInput, dInput: LayerInputGradient) {
        guard let dWeights else { return }
        switch (input, dInput) {
        case (.rows(let x), .rows(let dx)):
            product.multiply(dOut.t, x.n, into: dWeights, keeping: 1)
            product.multiply(dOut.n, weights.n, into: dx)
        case (.symbols(let symbols, let embedding), .embedding(let dEmbedding)):
            dTable.zero()
            let kernels = product.kernels
            for (row, symbol) in symbols.enumerated() {
                kernels.add(dOut.row(row), to: dTable.row(Int(symbol)))
            }
            product.multiply(dTable.t, embedding.n, into: dWeights, keeping: 1)
            product.multiply(dTable.n, weights.n, into: dEmbedding, keeping: 1)
        default:
            preconditionFailure("input and gradient of different kinds")
        }
    }
}
