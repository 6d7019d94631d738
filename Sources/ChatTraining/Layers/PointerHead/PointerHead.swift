import ChatCore

/// A pointer head over a window. `PointerHeadStep` is the definition, with its equations; this agrees with it
/// to 1e-4.
///
/// Legend: B batch, T time, R = T · B rows (time-major), W width, K key size, N reach, S symbols, C chunk.
/// What lane b's step t looks back on, oldest first, are the rows b · (N + T) + t + 1 and the N − 1 after it of
/// `keys` and `symbols`: its own symbol stands at t + N. So the weights of a pointer that moves on by one symbol
/// a step stay where they are in a row of N.
package final class PointerHead {
    static let chunkLength = 64
    /// g, f, r, b and e.
    static let readerCount = PointerHeadConfiguration.readers.count

    let batch: Int
    let time: Int
    let keySize: Int
    let reach: Int
    let symbolCount: Int
    let weights: PointerHeadWeights
    let gradients: PointerHeadWeights?
    let product: MatrixProduct
    let backwardSpace: PointerHeadBackwardSpace?

    /// y_t: z_t and its trace, [R, 2 W].
    let input: Matrix
    /// The trace before the window, [B, W].
    let traceBefore: Matrix
    /// λ and √(1 − λ²), [W].
    let decays: FloatBuffer
    let traceWeights: FloatBuffer
    /// [B · (N + T), K] and [B · (N + T)]: of the symbols before the window, then of the window's.
    let keys: Matrix
    let symbols: SymbolBuffer
    /// The key of the symbol after the window, [B, K].
    let nextKey: Matrix
    /// 1 / the length of W_k y_t, [R].
    let keyInverse: Vector
    /// W_k y_t [R, K], and W_q and the readers times y_t, with their biases, [R, K + 5].
    private let keyProjected: Matrix
    let readProjected: Matrix
    /// [B · T, K] and [B · T]: row lane · T + t.
    let query: Matrix
    let queryInverse: Vector
    /// σ of the first two readers and of the last, softplus of the third.
    let gate: Vector
    let follow: Vector
    let recency: Vector
    let told: Vector
    /// s_t and a_t, [B · T, N], where a backward pass needs them, else the last step's and the last two; what is
    /// not looked back on is not written.
    private let attentions: Matrix
    private let pointers: Matrix
    /// a before the window, and after it, [B, N].
    let before: Matrix
    private let after: Matrix
    /// Zeros, [N].
    private let nowhere: FloatBuffer
    let lines: [LineMatches]
    /// Symbols since a dialogue began, before the window; `reach` and more where all of the reach is filled.
    var counts: [Int]
    /// The first of lane and step that is looked back on, as a place in a row of N, [B · T].
    private(set) var first: [Int]
    private(set) var resets: [Bool] = []
    /// 8 softplus(s) and 8 softplus(κ) of the last forward pass.
    private(set) var amount: Float = 0
    private(set) var sharpness: Float = 0
    let distances: FloatBuffer
    /// q·k of a chunk, [C, N + C].
    let dots: Matrix
    private let halves = (0..<2).map { _ in HalfBuffer() }
    private var atStart = true
    let layout: PointerHeadStateLayout

    package init(
        _ weights: PointerHeadWeights, gradients: PointerHeadWeights?,
        shape: PointerHeadConfiguration, symbolCount: Int, batch: Int, time: Int,
        in workspace: Workspace
    ) {
        self.weights = weights
        self.gradients = gradients
        self.batch = batch
        self.time = time
        self.symbolCount = symbolCount
        keySize = shape.keySize
        reach = shape.reach
        let width = weights.key.columns / 2
        layout = PointerHeadStateLayout(shape, width: width)
        product = workspace.product
        let rows = batch * time
        input = workspace.matrix(rows, 2 * width)
        traceBefore = workspace.matrix(batch, width)
        let trace = PointerHeadStep.trace(width)
        decays = FloatBuffer(count: width)
        decays.load(trace.decays)
        traceWeights = FloatBuffer(count: width)
        traceWeights.load(trace.weights)
        keys = workspace.matrix(batch * (reach + time), keySize)
        symbols = SymbolBuffer(count: batch * (reach + time))
        nextKey = workspace.matrix(batch, keySize)
        keyInverse = workspace.vector(rows)
        keyProjected = workspace.matrix(rows, keySize)
        readProjected = workspace.matrix(rows, keySize + Self.readerCount)
        query = workspace.matrix(rows, keySize)
        queryInverse = workspace.vector(rows)
        gate = workspace.vector(rows)
        follow = workspace.vector(rows)
        recency = workspace.vector(rows)
        told = workspace.vector(rows)
        attentions = workspace.matrix(gradients == nil ? 1 : rows, reach)
        pointers = workspace.matrix(gradients == nil ? 2 : rows, reach)
        before = workspace.matrix(batch, reach)
        after = workspace.matrix(batch, reach)
        nowhere = FloatBuffer(count: reach)
        let reach = reach
        lines = (0..<batch).map { _ in LineMatches(reach: reach, time: time, weights: weights.runs)
        }
        counts = [Int](repeating: 0, count: batch)
        first = [Int](repeating: 0, count: rows)
        distances = FloatBuffer(count: reach)
        distances.load(PointerHeadStep.distances(reach))
        dots = workspace.matrix(Self.chunkLength, reach + Self.chunkLength)
        backwardSpace =
            gradients == nil
            ? nil
            : PointerHeadBackwardSpace(
                batch: batch, time: time, keySize: keySize, reach: reach, width: width,
                in: workspace)
    }

    /// The first row of a lane in `keys` and `symbols`.
    func start(_ lane: Int) -> Int { lane * (reach + time) }

    /// s and a of lane and step.
    func attention(_ lane: Int, _ t: Int) -> Vector {
        attentions.row(gradients == nil ? 0 : lane * time + t)
    }

    func pointer(_ lane: Int, _ t: Int) -> Vector {
        pointers.row(gradients == nil ? t % 2 : lane * time + t)
    }

    /// Where lane and step stood before: the weights of the step before, or of the window before; nowhere where
    /// a dialogue begins.
    func weightsBefore(_ lane: Int, _ t: Int) -> Vector {
        if resets[t * batch + lane] { return nowhere.vector }
        return t == 0 ? before.row(lane) : pointer(lane, t - 1)
    }

    /// Reads the window and leaves what comes before the next one in place.
    /// - Parameters:
    ///   - z: what the decoder reads, [R, W].
    ///   - symbols: the window's inputs, [R].
    ///   - resets: where a lane has nothing to look back on before the row, [R].
    ///   - logits: [R, S]; what the pointer stands on is added.
    package func forward(
        _ z: Matrix, symbols inputs: [Int32], resets: [Bool], addingTo logits: Matrix
    ) {
        carry()
        atStart = false
        self.resets = resets
        project(z, inputs)
        for lane in 0..<batch {
            plan(lane)
            for start in stride(from: 0, to: time, by: Self.chunkLength) {
                read(lane, start..<min(start + Self.chunkLength, time), addingTo: logits)
            }
            let (unknown, last) = (first[(lane + 1) * time - 1], pointer(lane, time - 1))
            after.row(lane)[0..<unknown].zero()
            after.row(lane)[unknown...].copy(last[unknown...])
        }
    }

    /// Keys, queries, readers and the symbols of the whole window.
    private func project(_ z: Matrix, _ inputs: [Int32]) {
        trace(z)
        let y = product.prepare(input, in: halves[0])
        product.multiply(y.n, weights.key.t, into: keyProjected)
        product.multiply(y.n, weights.reading.t, into: readProjected)
        amount = CopyHeadStep.gain * ExactMath.softplus(weights.scale[0])
        sharpness = CopyHeadStep.gain * ExactMath.softplus(weights.sharpness[0])
        let kernels = product.kernels
        for lane in 0..<batch {
            let origin = start(lane) + reach
            keys.row(origin).copy(nextKey.row(lane))
            for t in 0..<time {
                let (row, at) = (t * batch + lane, lane * time + t)
                symbols[origin + t] = inputs[row]
                let next = t + 1 < time ? keys.row(origin + t + 1) : nextKey.row(lane)
                keyInverse[row] = kernels.unitRow(keyProjected.row(row), into: next)
                if resets[row] { keys.row(origin + t).zero() }
                let reading = readProjected.row(row)
                queryInverse[at] = kernels.unitRow(reading[0..<keySize], into: query.row(at))
                let parts = reading[keySize...]
                for i in 0..<Self.readerCount { parts[i] += weights.biases[i] }
                gate[at] = ExactMath.sigmoid(parts[0])
                follow[at] = ExactMath.sigmoid(parts[1])
                recency[at] = ExactMath.softplus(parts[2])
                told[at] = ExactMath.sigmoid(parts[4])
            }
        }
    }

    /// z and its trace, side by side.
    private func trace(_ z: Matrix) {
        let width = z.columns
        for t in 0..<time {
            for lane in 0..<batch {
                let row = t * batch + lane
                let y = input.row(row)
                y[0..<width].copy(z.row(row))
                let before = t == 0 ? traceBefore.row(lane) : input.row(row - batch)[width...]
                let kept: Float = resets[row] ? 0 : 1
                for i in 0..<width {
                    y[width + i] =
                        kept * decays.base[i] * before[i] + traceWeights.base[i] * y[i]
                }
            }
        }
    }

    /// How far each step of a lane looks back, and what its lines have in common.
    private func plan(_ lane: Int) {
        var count = counts[lane]
        lines[lane].beginWindow()
        for t in 0..<time {
            let isReset = resets[t * batch + lane]
            if isReset { count = 0 }
            count += 1
            first[lane * time + t] = max(0, reach - count)
            lines[lane].take(
                symbols[start(lane) + reach + t], step: t, isFirst: isReset,
                filled: min(count, reach))
        }
    }

    private func read(_ lane: Int, _ steps: Range<Int>, addingTo logits: Matrix) {
        let kernels = product.kernels
        let span = span(lane, steps)
        let rows = lane * time + steps.lowerBound..<lane * time + steps.upperBound
        let chunk = dots.reshaped(steps.count, span.count)
        let queries = product.prepare(query.rows(rows), in: halves[0])
        let heard = product.prepare(keys.rows(span), in: halves[1])
        product.multiply(queries.n, heard.t, into: chunk)
        for (index, t) in steps.enumerated() {
            let at = lane * time + t
            let unknown = first[at]
            if unknown > 0 { pointer(lane, t)[unknown - 1] = 0 }
            let seen = self.rows(lane, t)
            kernels.pointerRow(
                seen, dots: seenDots(chunk.row(index), seen, span), sharpness: sharpness,
                recency: recency[at], match: readProjected.row(t * batch + lane)[keySize + 3],
                follow: follow[at])
            let to = logits.row(t * batch + lane)
            kernels.pointerRead(seen, factor: amount * gate[at], addingTo: to)
            let told = bestMatch(lane, t) * told[at]
            if told != 0 {
                for s in 0..<symbolCount { to[s] += told * weights.toldLogits[s] }
            }
        }
    }

    /// Makes the end of the last window what comes before this one.
    func carry() {
        defer { atStart = true }
        guard !atStart else { return }
        for lane in 0..<batch {
            let origin = start(lane)
            // Overlapping where the window is shorter than the reach: from the oldest on.
            for row in 0..<reach {
                keys.row(origin + row).copy(keys.row(origin + time + row))
                symbols[origin + row] = symbols[origin + time + row]
            }
            let width = traceBefore.columns
            traceBefore.row(lane).copy(input.row((time - 1) * batch + lane)[width...])
            for t in 0..<time {
                if resets[t * batch + lane] { counts[lane] = 0 }
                counts[lane] += 1
            }
        }
        before.copy(after)
    }
}
