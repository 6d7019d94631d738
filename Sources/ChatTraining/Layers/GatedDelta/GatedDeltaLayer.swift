import ChatCore

/// A gated delta layer in its residual block over a window, in chunks of 32 steps so that nearly all
/// work is matrix products (Yang, Kautz, Hatamizadeh, "Gated Delta Networks", 2024). `GatedDeltaStep`
/// is the definition; the two agree to 1e-4.
///
/// Legend: B batch, T time, R = T · B rows (time-major), D width, h heads, K = D / h head size,
/// C chunk. Per chunk, with β the write strengths, c the running sum of log decays, γ = e^c,
/// D_ij = e^(c_i − c_j) for i ≥ j, S₀ the state before it:
///   A = strictly lower(diag(β) K Kᵀ ⊙ D);  (I + A) U = diag(β)(V − diag(γ) K S₀)
///   O = diag(γ) Q S₀ + lower(Q Kᵀ ⊙ D) U;  S₁ = γ_C S₀ + (diag(γ_C / γ) K)ᵀ U
package final class GatedDeltaLayer: RecurrentLayer, ResidualBlock {
    static let chunkLength = 32
    /// The log decay that stands for a reset: e^−60 is nothing beside Float's precision, yet finite.
    static let resetLogDecay: Float = -60

    let batch: Int
    let time: Int
    let width: Int
    let heads: Int
    let headSize: Int
    let weights: GatedDeltaWeights
    let gradients: GatedDeltaWeights?

    package let output: Matrix
    let embedded: Matrix
    let normalized: Matrix
    let inverse: Vector
    /// q, k, v (before the convolution), g, a, b: [R, 4 D + 2 h].
    let projected: Matrix
    /// After the convolution, before SiLU: [R, 3 D].
    let convolved: Matrix
    let projectedRows: ConvolutionRows
    let rowScratch: Matrix
    /// [B · h · T, K] each: row (lane · h + head) · T + t.
    let query: Matrix
    let key: Matrix
    let value: Matrix
    let read: Matrix
    let queryInverse: Vector
    let keyInverse: Vector
    let readInverse: Vector
    let strength: Vector
    let logDecay: Vector
    let chunks: GatedDeltaChunks
    let product: MatrixProduct
    /// States after the window, [B · h · K, K].
    let state: Matrix
    let gatedRead: Matrix
    let middleNormalized: Matrix
    let middleInverse: Vector
    let feedForward: FeedForward
    let backwardSpace: GatedDeltaBackwardSpace?
    var resets: [Bool] = []
    let embeddingScale: Float
    private let layout: LayerStateLayout

    package init(
        _ weights: GatedDeltaWeights, gradients: GatedDeltaWeights?, embeddingScale: Float,
        batch: Int, time: Int, in workspace: Workspace
    ) {
        self.weights = weights
        self.gradients = gradients
        self.embeddingScale = embeddingScale
        product = workspace.product
        self.batch = batch
        self.time = time
        heads = weights.headCount
        width = weights.projections.columns
        headSize = width / heads
        layout = LayerStateLayout(
            LayerConfiguration(cell: .gatedDelta, hiddenSize: width, headCount: heads))
        let rows = batch * time
        let headRows = rows * heads
        output = workspace.matrix(rows, width)
        embedded = workspace.matrix(rows, width)
        normalized = workspace.matrix(rows, width)
        inverse = workspace.vector(rows)
        projected = workspace.matrix(rows, 4 * width + 2 * heads)
        convolved = workspace.matrix(rows, 3 * width)
        projectedRows = ConvolutionRows(
            projected.columns(0..<3 * width), batch: batch, time: time, in: workspace)
        rowScratch = workspace.matrix(1, 3 * width)
        query = workspace.matrix(headRows, headSize)
        key = workspace.matrix(headRows, headSize)
        value = workspace.matrix(headRows, headSize)
        read = workspace.matrix(headRows, headSize)
        queryInverse = workspace.vector(headRows)
        keyInverse = workspace.vector(headRows)
        readInverse = workspace.vector(headRows)
        strength = workspace.vector(headRows)
        logDecay = workspace.vector(headRows)
        chunks = GatedDeltaChunks(
            sequences: batch * heads, time: time, headSize: headSize,
            keepsAll: gradients != nil, in: workspace)
        state = workspace.matrix(batch * heads * headSize, headSize)
        gatedRead = workspace.matrix(rows, width)
        middleNormalized = workspace.matrix(rows, width)
        middleInverse = workspace.vector(rows)
        feedForward = FeedForward(
            up: weights.up, down: weights.down, gradients: gradients.map { ($0.up, $0.down) },
            rows: rows, in: workspace)
        backwardSpace =
            gradients == nil
            ? nil
            : GatedDeltaBackwardSpace(
                rows: rows, width: width, heads: heads, headSize: headSize,
                projectedWidth: projected.columns, in: workspace)
    }

    package func forward(_ input: LayerInput, resets: [Bool]) {
        projectedRows.begin(resets: resets)
        self.resets = resets
        let x = input.stream(embedded, scale: embeddingScale)
        for steps in blocks {
            let range = rows(steps)
            let normal = normalized.rows(range)
            product.kernels.rmsForward(x.rows(range), into: normal, inverse: inverse[range])
            product.multiply(normal.n, weights.projections.t, into: projected.rows(range))
            convolveAndSplit(steps)
        }
        for sequence in 0..<batch * heads { forwardSequence(sequence) }
        for steps in blocks {
            gate(steps)
            finish(rows(steps), x)
        }
    }

    /// rms(o) ⊙ silu(g), head by head.
    private func gate(_ steps: Range<Int>) {
        let kernels = product.kernels
        let gates = projected.columns(3 * width..<4 * width)
        for t in steps {
            for lane in 0..<batch {
                let row = t * batch + lane
                for head in 0..<heads {
                    let at = (lane * heads + head) * time + t
                    let own = columns(head)
                    readInverse[at] = kernels.gatedRow(
                        read.row(at), gate: gates.row(row)[own], into: gatedRead.row(row)[own])
                }
            }
        }
    }

    /// x + W_o(…), then + W_down relu²(W_up rms(…)).
    private func finish(_ range: Range<Int>, _ x: Matrix) {
        let normal = middleNormalized.rows(range)
        let out = output.rows(range)
        out.copy(x.rows(range))
        product.multiply(
            gatedRead.rows(range).n, weights.outputProjection.t, into: out, keeping: 1)
        product.kernels.rmsForward(out, into: normal, inverse: middleInverse[range])
        feedForward.forward(normal, range, addingTo: out)
    }

    /// Convolution, SiLU, unit lengths, write strengths and decays: `projected` to q, k, v, β, log γ.
    private func convolveAndSplit(_ steps: Range<Int>) {
        let kernels = product.kernels
        let scratch = rowScratch.row(0)
        let (queries, keys) = (scratch[0..<width], scratch[width..<2 * width])
        let values = scratch[(2 * width)...]
        for t in steps {
            for lane in 0..<batch {
                let row = t * batch + lane
                kernels.convolveRow(
                    projectedRows.window(t, lane: lane), taps: weights.taps,
                    before: convolved.row(row), into: scratch)
                let gates = projected.row(row)[(4 * width)...]
                for head in 0..<heads {
                    let at = (lane * heads + head) * time + t
                    let own = columns(head)
                    queryInverse[at] = kernels.unitRow(queries[own], into: query.row(at))
                    keyInverse[at] = kernels.unitRow(keys[own], into: key.row(at))
                    value.row(at).copy(values[own])
                    strength[at] = 2 * ExactMath.sigmoid(gates[heads + head])
                    logDecay[at] =
                        resets[row]
                        ? Self.resetLogDecay
                        : -ExactMath.exp(weights.decayRateLog[head])
                            * ExactMath.softplus(gates[head] + weights.decayBias[head])
                }
            }
        }
    }

    /// The columns of one head among D.
    func columns(_ head: Int) -> Range<Int> { head * headSize..<(head + 1) * headSize }

    private func forwardSequence(_ sequence: Int) {
        let range = sequence * time..<(sequence + 1) * time
        let stateRows = sequence * headSize..<(sequence + 1) * headSize
        chunks.forward(
            sequence, query: query.rows(range), key: key.rows(range), value: value.rows(range),
            strength: strength[range], logDecay: logDecay[range],
            state: state.rows(stateRows), read: read.rows(range))
    }

    package func loadState(lane: Int, from values: UnsafePointer<Float>) {
        projectedRows.load(lane: lane, from: values + layout.convolution.lowerBound)
        states(lane).load(values, layout.matrices)
    }

    package func storeState(lane: Int, to values: UnsafeMutablePointer<Float>) {
        projectedRows.store(lane: lane, to: values + layout.convolution.lowerBound)
        states(lane).store(values, layout.matrices)
    }

    /// Of one lane, [h · K · K].
    private func states(_ lane: Int) -> Vector {
        state.rows(lane * width..<(lane + 1) * width).flat
    }
}
