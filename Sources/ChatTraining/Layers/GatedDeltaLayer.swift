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
package final class GatedDeltaLayer: RecurrentLayer {
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
    let inverse: UnsafeMutablePointer<Float>
    /// q, k, v (before the convolution), g, a, b: [R, 4 D + 2 h].
    let projected: Matrix
    /// After the convolution, before SiLU: [R, 3 D].
    let convolved: Matrix
    /// The three projected rows before the window, [3 B, 3 D], oldest first.
    let tail: Matrix
    private let nextTail: Matrix
    let zeroRow: Matrix
    let rowScratch: Matrix
    /// [B · h · T, K] each: row (lane · h + head) · T + t.
    let query: Matrix
    let key: Matrix
    let value: Matrix
    let read: Matrix
    let queryInverse: UnsafeMutablePointer<Float>
    let keyInverse: UnsafeMutablePointer<Float>
    let readInverse: UnsafeMutablePointer<Float>
    let strength: UnsafeMutablePointer<Float>
    let logDecay: UnsafeMutablePointer<Float>
    let chunks: GatedDeltaChunks
    let product: MatrixProduct
    /// States after the window, [B · h · K, K].
    let state: Matrix
    let gatedRead: Matrix
    let middleNormalized: Matrix
    let middleInverse: UnsafeMutablePointer<Float>
    let inner: Matrix
    let activated: Matrix
    let backwardSpace: GatedDeltaBackwardSpace?
    var resets: [Bool] = []
    let embeddingScale: Float
    /// Whether `tail` is that before the next window (else it is in the last rows of this one).
    private var atStart = true

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
        let rows = batch * time
        let headRows = rows * heads
        output = workspace.matrix(rows, width)
        embedded = workspace.matrix(rows, width)
        normalized = workspace.matrix(rows, width)
        inverse = workspace.vector(rows)
        projected = workspace.matrix(rows, 4 * width + 2 * heads)
        convolved = workspace.matrix(rows, 3 * width)
        tail = workspace.matrix(3 * batch, 3 * width)
        nextTail = workspace.matrix(3 * batch, 3 * width)
        zeroRow = workspace.matrix(1, 3 * width)
        rowScratch = workspace.matrix(2, 3 * width)
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
        inner = workspace.matrix(rows, weights.up.rows)
        activated = workspace.matrix(rows, weights.up.rows)
        backwardSpace =
            gradients == nil
            ? nil
            : GatedDeltaBackwardSpace(
                rows: rows, width: width, heads: heads, headSize: headSize,
                innerSize: weights.up.rows, projectedWidth: projected.columns, in: workspace)
    }

    package func forward(_ input: LayerInput, resets: [Bool]) {
        carry()
        atStart = false
        self.resets = resets
        let x = input.stream(embedded, scale: embeddingScale)
        for steps in blocks {
            let range = rows(steps)
            let normal = normalized.rows(range)
            Kernels.current.rms_forward(
                Int32(range.count), Int32(width), x.row(range.lowerBound), normal.base,
                inverse + range.lowerBound)
            product.multiply(normal.n, weights.projections.t, into: projected.rows(range))
            convolveAndSplit(steps)
        }
        for sequence in 0..<batch * heads { forwardSequence(sequence) }
        for steps in blocks {
            gate(steps)
            feedForward(rows(steps), x)
        }
    }

    /// Time steps worked on together, about 256 rows: what one part writes is still in the cache when
    /// the next reads it.
    var blocks: [Range<Int>] {
        let length = max(1, 256 / batch)
        return stride(from: 0, to: time, by: length).map { $0..<min($0 + length, time) }
    }

    /// The rows of some time steps.
    func rows(_ steps: Range<Int>) -> Range<Int> {
        steps.lowerBound * batch..<steps.upperBound * batch
    }

    /// rms(o) ⊙ silu(g), head by head.
    private func gate(_ steps: Range<Int>) {
        let kernels = Kernels.current
        for t in steps {
            for lane in 0..<batch {
                let row = t * batch + lane
                for head in 0..<heads {
                    let at = (lane * heads + head) * time + t
                    let column = head * headSize
                    readInverse[at] = kernels.gated_row(
                        Int32(headSize), read.row(at), projected.row(row) + 3 * width + column,
                        gatedRead.row(row) + column)
                }
            }
        }
    }

    /// x + W_o(…), then + W_down relu²(W_up rms(…)).
    private func feedForward(_ range: Range<Int>, _ x: Matrix) {
        let kernels = Kernels.current
        let normal = middleNormalized.rows(range)
        let (hidden, active) = (inner.rows(range), activated.rows(range))
        let out = output.rows(range)
        out.copy(x.rows(range))
        product.multiply(
            gatedRead.rows(range).n, weights.outputProjection.t, into: out, keeping: 1)
        kernels.rms_forward(
            Int32(range.count), Int32(width), out.base, normal.base,
            middleInverse + range.lowerBound)
        product.multiply(normal.n, weights.up.t, into: hidden)
        kernels.squared_relu(hidden.count, hidden.base, active.base)
        product.multiply(active.n, weights.down.t, into: out, keeping: 1)
    }

    /// The projected row (its first 3 D columns) `steps` before time t in a lane: from the window, the
    /// tail before it, or zeros when a dialogue began in between.
    func inputRow(_ t: Int, back steps: Int, lane: Int) -> UnsafeMutablePointer<Float> {
        for k in 0..<steps where t - k >= 0 && t - k < time && resets[(t - k) * batch + lane] {
            return zeroRow.base
        }
        let source = t - steps
        return source >= 0
            ? projected.row(source * batch + lane) : tail.row((3 + source) * batch + lane)
    }

    /// Convolution, SiLU, unit lengths, write strengths and decays: `projected` to q, k, v, β, log γ.
    private func convolveAndSplit(_ steps: Range<Int>) {
        let kernels = Kernels.current
        let size = Int32(headSize)
        let scratch = rowScratch.base
        for t in steps {
            for lane in 0..<batch {
                let row = t * batch + lane
                kernels.convolve_row(
                    Int32(3 * width), inputRow(t, back: 3, lane: lane),
                    inputRow(t, back: 2, lane: lane), inputRow(t, back: 1, lane: lane),
                    projected.row(row), weights.taps.base, convolved.row(row), scratch)
                let gates = projected.row(row) + 4 * width
                for head in 0..<heads {
                    let at = (lane * heads + head) * time + t
                    let column = head * headSize
                    queryInverse[at] = kernels.unit_row(size, scratch + column, query.row(at))
                    keyInverse[at] = kernels.unit_row(
                        size, scratch + width + column, key.row(at))
                    value.row(at).update(from: scratch + 2 * width + column, count: headSize)
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

    private func forwardSequence(_ sequence: Int) {
        let range = sequence * time..<(sequence + 1) * time
        let stateRows = sequence * headSize..<(sequence + 1) * headSize
        chunks.forward(
            sequence, query: query.rows(range), key: key.rows(range), value: value.rows(range),
            strength: strength + range.lowerBound, logDecay: logDecay + range.lowerBound,
            state: state.rows(stateRows), read: read.rows(range))
    }

    /// Moves the last three projected rows of the window before to the tail of the next one.
    private func carry() {
        guard !atStart else { return }
        atStart = true
        for lane in 0..<batch {
            for step in 0..<3 {
                let from = inputRow(time, back: 3 - step, lane: lane)
                nextTail.row(step * batch + lane).update(from: from, count: 3 * width)
            }
        }
        tail.copy(nextTail)
    }

    package func loadState(lane: Int, from values: UnsafePointer<Float>) {
        carry()
        for step in 0..<3 {
            tail.row(step * batch + lane).update(from: values + step * 3 * width, count: 3 * width)
        }
        let matrices = heads * headSize * headSize
        state.row(lane * heads * headSize).update(from: values + 9 * width, count: matrices)
    }

    package func storeState(lane: Int, to values: UnsafeMutablePointer<Float>) {
        carry()
        for step in 0..<3 {
            (values + step * 3 * width).update(
                from: tail.row(step * batch + lane), count: 3 * width)
        }
        let matrices = heads * headSize * headSize
        (values + 9 * width).update(from: state.row(lane * heads * headSize), count: matrices)
    }
}
