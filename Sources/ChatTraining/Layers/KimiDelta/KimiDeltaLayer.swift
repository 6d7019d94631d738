import ChatCore

/// Kimi delta attention (Kimi Team, "Kimi Linear", 2025) in its residual block over a window, in chunks of at
/// most 32 steps so that nearly all work is matrix products. `KimiDeltaStep` is the definition; the two agree
/// to 1e-4. It is the gated delta rule with a decay a key channel instead of one a head.
///
/// Legend: B batch, T time, R = T · B rows (time-major), D width, h heads, K = D / h head size. Per chunk of n
/// steps, with β the write strengths, c [n, K] the running sum of log decays, S₀ the state before it,
/// K⁺ = K e^c, K⁻ = K e^−c, Q⁺ = Q e^c, Kᵉ = K e^(c_n − c), element by element:
///   A = strictly lower(diag(β) K⁺ K⁻ᵀ);  (I + A) U = diag(β)(V − K⁺ S₀)
///   O = Q⁺ S₀ + lower(Q⁺ K⁻ᵀ) U;  S₁ = diag(e^c_n) S₀ + Kᵉᵀ U
/// A log decay is at least −2.4, so that e^±c stays within Float's range (and bfloat16's) over 32 steps.
package final class KimiDeltaLayer: RecurrentLayer, ResidualBlock {
    let batch: Int
    let time: Int
    let width: Int
    let heads: Int
    let headSize: Int
    let weights: KimiDeltaWeights
    let gradients: KimiDeltaWeights?
    let product: MatrixProduct
    let embeddingScale: Float
    private let layout: LayerStateLayout

    package let output: Matrix
    let embedded: Matrix
    let normalized: Matrix
    let inverse: Vector
    let mixer: ResidualConvolution
    /// q, k, v (before the convolution), g, f, b: [R, 4 D + rank + h].
    let projected: Matrix
    let projectedRows: ConvolutionRows
    /// After the convolution, before SiLU: [R, 3 D].
    let convolved: Matrix
    private let rowScratch: Matrix
    /// W_f1 f, what the decays are made of with `decayBias`: [R, D].
    let decayInput: Matrix
    /// [B · h · T, K] each: row (lane · h + head) · T + t.
    let query: Matrix
    let key: Matrix
    let value: Matrix
    let read: Matrix
    /// Log decays; after the chunks their running sums.
    let logDecay: Matrix
    let queryInverse: Vector
    let keyInverse: Vector
    let readInverse: Vector
    let strength: Vector
    let chunks: KimiDeltaChunks
    /// By lane.
    private(set) var cuts: [[KimiDeltaChunks.Cut]] = []
    /// States after the window, [B · h · K, K].
    private let state: Matrix
    let gatedRead: Matrix
    let middleNormalized: Matrix
    let middleInverse: Vector
    let innerMixer: ResidualConvolution
    let feedForward: FeedForward
    let backwardSpace: KimiDeltaBackwardSpace?

    package init(
        _ weights: KimiDeltaWeights, gradients: KimiDeltaWeights?, embeddingScale: Float,
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
            LayerConfiguration(cell: .kimiDelta, hiddenSize: width, headCount: heads))
        let rows = batch * time
        let (width, heads, headSize) = (width, heads, headSize)
        func headRows() -> Matrix { workspace.matrix(rows * heads, headSize) }
        output = workspace.matrix(rows, width)
        embedded = workspace.matrix(rows, width)
        normalized = workspace.matrix(rows, width)
        inverse = workspace.vector(rows)
        mixer = ResidualConvolution(
            normalized, taps: weights.mixerTaps, gradients: gradients?.mixerTaps, batch: batch,
            time: time, in: workspace)
        projected = workspace.matrix(rows, weights.projections.rows)
        projectedRows = ConvolutionRows(
            projected.columns(0..<3 * width), batch: batch, time: time, in: workspace)
        convolved = workspace.matrix(rows, 3 * width)
        rowScratch = workspace.matrix(1, 3 * width)
        decayInput = workspace.matrix(rows, width)
        query = headRows()
        key = headRows()
        value = headRows()
        read = headRows()
        logDecay = headRows()
        queryInverse = workspace.vector(rows * heads)
        keyInverse = workspace.vector(rows * heads)
        readInverse = workspace.vector(rows * heads)
        strength = workspace.vector(rows * heads)
        chunks = KimiDeltaChunks(
            sequences: batch * heads, time: time, headSize: headSize,
            keepsAll: gradients != nil, in: workspace)
        state = workspace.matrix(batch * heads * headSize, headSize)
        gatedRead = workspace.matrix(rows, width)
        middleNormalized = workspace.matrix(rows, width)
        middleInverse = workspace.vector(rows)
        innerMixer = ResidualConvolution(
            middleNormalized, taps: weights.innerTaps, gradients: gradients?.innerTaps,
            batch: batch, time: time, in: workspace)
        feedForward = FeedForward(
            up: weights.up, down: weights.down, gradients: gradients.map { ($0.up, $0.down) },
            rows: rows, in: workspace)
        backwardSpace =
            gradients == nil
            ? nil
            : KimiDeltaBackwardSpace(
                rows: rows, width: width, heads: heads,
                projectedWidth: projected.columns, in: workspace)
    }

    package func forward(_ input: LayerInput, resets: [Bool]) {
        for rows in [mixer.rows, projectedRows, innerMixer.rows] { rows.begin(resets: resets) }
        cuts = (0..<batch).map { lane in
            KimiDeltaChunks.cut(time: time) { resets[$0 * batch + lane] }
        }
        let x = input.stream(embedded, scale: embeddingScale)
        for steps in blocks {
            project(steps, x)
            convolveAndSplit(steps)
        }
        for sequence in 0..<batch * heads { forwardSequence(sequence) }
        for steps in blocks {
            gate(steps)
            finish(steps, x)
        }
    }

    /// The columns of `projected` that the decays are made of.
    var decayColumns: Range<Int> { 4 * width..<4 * width + weights.decayProjection.columns }

    /// Norm, residual convolution and all projections.
    private func project(_ steps: Range<Int>, _ x: Matrix) {
        let range = rows(steps)
        product.kernels.rmsForward(
            x.rows(range), into: normalized.rows(range), inverse: inverse[range])
        mixer.forward(steps)
        let out = projected.rows(range)
        product.multiply(mixer.output.rows(range).n, weights.projections.t, into: out)
        product.multiply(
            out.columns(decayColumns).n, weights.decayProjection.t, into: decayInput.rows(range))
    }

    /// Convolution, SiLU, unit lengths, write strengths and decays: `projected` to q, k, v, β, g.
    private func convolveAndSplit(_ steps: Range<Int>) {
        let kernels = product.kernels
        let scratch = rowScratch.row(0)
        let (queries, keys) = (scratch[0..<width], scratch[width..<2 * width])
        let values = scratch[(2 * width)...]
        for t in steps {
            for lane in 0..<batch {
                let row = t * batch + lane
                kernels.convolveRow(
                    projectedRows.window(t, lane: lane), taps: weights.taps.byTap,
                    before: convolved.row(row), into: scratch)
                let strengths = projected.row(row)[decayColumns.upperBound...]
                for head in 0..<heads {
                    let at = (lane * heads + head) * time + t
                    let own = columns(head)
                    queryInverse[at] = kernels.unitRow(queries[own], into: query.row(at))
                    keyInverse[at] = kernels.unitRow(keys[own], into: key.row(at))
                    value.row(at).copy(values[own])
                    strength[at] = 2 * ExactMath.sigmoid(strengths[head])
                    kernels.decayRow(
                        decayInput.row(row)[own], bias: weights.decayBias[own],
                        into: logDecay.row(at))
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
            sequence, cuts: cuts[sequence / heads], query: query.rows(range), key: key.rows(range),
            value: value.rows(range), strength: strength[range],
            logDecay: logDecay.rows(range), state: state.rows(stateRows), read: read.rows(range))
    }

    /// rms(o) ⊙ σ(g), head by head.
    private func gate(_ steps: Range<Int>) {
        let kernels = product.kernels
        let gates = projected.columns(3 * width..<4 * width)
        for t in steps {
            for lane in 0..<batch {
                let row = t * batch + lane
                for head in 0..<heads {
                    let at = (lane * heads + head) * time + t
                    let own = columns(head)
                    readInverse[at] = kernels.sigmoidGatedRow(
                        read.row(at), gate: gates.row(row)[own], into: gatedRead.row(row)[own])
                }
            }
        }
    }

    /// x + W_o(…), then + W_down relu²(W_up mixed(rms(…))).
    private func finish(_ steps: Range<Int>, _ x: Matrix) {
        let range = rows(steps)
        let out = output.rows(range)
        out.copy(x.rows(range))
        product.multiply(
            gatedRead.rows(range).n, weights.outputProjection.t, into: out, keeping: 1)
        product.kernels.rmsForward(
            out, into: middleNormalized.rows(range), inverse: middleInverse[range])
        innerMixer.forward(steps)
        feedForward.forward(innerMixer.output.rows(range), range, addingTo: out)
    }

    /// As `RecurrentState` lays it out.
    package func loadState(lane: Int, from values: UnsafePointer<Float>) {
        projectedRows.load(lane: lane, from: values + layout.convolution.lowerBound)
        mixer.rows.load(lane: lane, from: values + layout.mixer.lowerBound)
        innerMixer.rows.load(lane: lane, from: values + layout.innerMixer.lowerBound)
        states(lane).load(values, layout.matrices)
    }

    package func storeState(lane: Int, to values: UnsafeMutablePointer<Float>) {
        projectedRows.store(lane: lane, to: values + layout.convolution.lowerBound)
        mixer.rows.store(lane: lane, to: values + layout.mixer.lowerBound)
        innerMixer.rows.store(lane: lane, to: values + layout.innerMixer.lowerBound)
        states(lane).store(values, layout.matrices)
    }

    /// Of one lane, [h · K · K].
    private func states(_ lane: Int) -> Vector {
        state.rows(lane * width..<(lane + 1) * width).flat
    }
}
