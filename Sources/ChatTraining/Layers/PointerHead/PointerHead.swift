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

    let batch: Int
    let time: Int
    let keySize: Int
    let reach: Int
    let weights: PointerHeadWeights
    let gradients: PointerHeadWeights?
    let product: MatrixProduct
    let backwardSpace: PointerHeadBackwardSpace?

    /// [B · (N + T), K] and [B · (N + T)]: of the symbols before the window, then of the window's.
    let keys: Matrix
    private(set) var symbols: [Int32]
    /// The key of the symbol after the window, [B, K].
    private let nextKey: Matrix
    /// y_t: z_t and its trace, [R, 2 W].
    let input: Matrix
    /// The trace before the window, [B, W].
    private let traceBefore: Matrix
    /// λ and √(1 − λ²), [W].
    let decays: FloatBuffer
    let traceWeights: FloatBuffer
    /// 1 / the length of W_k y_t, [R].
    let keyInverse: UnsafeMutablePointer<Float>
    /// W_k y_t [R, K], and W_q, g, f and r times y_t [R, K + 3].
    private let keyProjected: Matrix
    private let readProjected: Matrix
    /// [B · T, K] and [B · T]: row lane · T + t.
    let query: Matrix
    let queryInverse: UnsafeMutablePointer<Float>
    let gate: UnsafeMutablePointer<Float>
    let follow: UnsafeMutablePointer<Float>
    /// r·y + r₀ and its softplus.
    let recencyInput: UnsafeMutablePointer<Float>
    let recency: UnsafeMutablePointer<Float>
    /// s_t and a_t, [B · T, N]; what is not looked back on is not written.
    let attention: Matrix
    let pointer: Matrix
    /// a before the window, [B, N].
    let before: Matrix
    /// Zeros, [N].
    private let nowhere: FloatBuffer
    /// Symbols since the last reset before the window, and of them those in reach.
    private var counts: [Int]
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
    private let layout: PointerHeadStateLayout

    package init(
        _ weights: PointerHeadWeights, gradients: PointerHeadWeights?,
        shape: PointerHeadConfiguration, symbolCount: Int, batch: Int, time: Int,
        in workspace: Workspace
    ) {
        self.weights = weights
        self.gradients = gradients
        self.batch = batch
        self.time = time
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
        symbols = [Int32](repeating: 0, count: batch * (reach + time))
        nextKey = workspace.matrix(batch, keySize)
        keyInverse = workspace.vector(rows)
        keyProjected = workspace.matrix(rows, keySize)
        readProjected = workspace.matrix(rows, keySize + 3)
        query = workspace.matrix(rows, keySize)
        queryInverse = workspace.vector(rows)
        gate = workspace.vector(rows)
        follow = workspace.vector(rows)
        recencyInput = workspace.vector(rows)
        recency = workspace.vector(rows)
        attention = workspace.matrix(rows, reach)
        pointer = workspace.matrix(rows, reach)
        before = workspace.matrix(batch, reach)
        nowhere = FloatBuffer(count: reach)
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

    /// Where lane and step stood before: the weights of the step before, or of the window before; nowhere where
    /// a dialogue begins.
    func weightsBefore(_ lane: Int, _ t: Int) -> UnsafeMutablePointer<Float> {
        if resets[t * batch + lane] { return nowhere.base }
        return t == 0 ? before.row(lane) : pointer.row(lane * time + t - 1)
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
        }
    }

    /// Keys, queries, gates and the symbols of the whole window.
    private func project(_ z: Matrix, _ inputs: [Int32]) {
        trace(z)
        let y = product.prepare(input, in: halves[0])
        product.multiply(y.n, weights.key.t, into: keyProjected)
        product.multiply(y.n, weights.reading.t, into: readProjected)
        amount = CopyHeadStep.gain * ExactMath.softplus(weights.scale[0])
        sharpness = CopyHeadStep.gain * ExactMath.softplus(weights.sharpness[0])
        let kernels = product.kernels
        let size = Int32(keySize)
        for lane in 0..<batch {
            let origin = start(lane) + reach
            keys.row(origin).update(from: nextKey.row(lane), count: keySize)
            for t in 0..<time {
                let (row, at) = (t * batch + lane, lane * time + t)
                symbols[origin + t] = inputs[row]
                let next = t + 1 < time ? keys.row(origin + t + 1) : nextKey.row(lane)
                keyInverse[row] = kernels.unit_row(size, keyProjected.row(row), next)
                if resets[row] { keys.row(origin + t).update(repeating: 0, count: keySize) }
                let reading = readProjected.row(row)
                queryInverse[at] = kernels.unit_row(size, reading, query.row(at))
                gate[at] = ExactMath.sigmoid(reading[keySize] + weights.biases[0])
                follow[at] = ExactMath.sigmoid(reading[keySize + 1] + weights.biases[1])
                recencyInput[at] = reading[keySize + 2] + weights.biases[2]
                recency[at] = ExactMath.softplus(recencyInput[at])
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
                y.update(from: z.row(row), count: width)
                let before = t == 0 ? traceBefore.row(lane) : input.row(row - batch) + width
                let kept: Float = resets[row] ? 0 : 1
                for i in 0..<width {
                    y[width + i] =
                        kept * decays.base[i] * before[i] + traceWeights.base[i] * y[i]
                }
            }
        }
    }

    /// How far each step of a lane looks back.
    private func plan(_ lane: Int) {
        var count = counts[lane]
        for t in 0..<time {
            if resets[t * batch + lane] { count = 0 }
            count += 1
            first[lane * time + t] = max(0, reach - count)
        }
    }

    /// The rows of `keys` that some step of a chunk looks back on.
    func span(_ lane: Int, _ steps: Range<Int>) -> Range<Int> {
        let earliest = steps.map { $0 + 1 + first[lane * time + $0] }.min() ?? 0
        return start(lane) + earliest..<start(lane) + reach + steps.upperBound
    }

    private func read(_ lane: Int, _ steps: Range<Int>, addingTo logits: Matrix) {
        let kernels = product.kernels
        let span = span(lane, steps)
        let rows = lane * time + steps.lowerBound..<lane * time + steps.upperBound
        let chunk = Matrix(dots.base, rows: steps.count, columns: span.count)
        let queries = product.prepare(query.rows(rows), in: halves[0])
        let heard = product.prepare(keys.rows(span), in: halves[1])
        product.multiply(queries.n, heard.t, into: chunk)
        symbols.withUnsafeBufferPointer { symbols in
            guard let symbols = symbols.baseAddress else { return }
            for (index, t) in steps.enumerated() {
                let at = lane * time + t
                let place = start(lane) + t
                let (first, n) = (Int32(first[at]), Int32(reach))
                // Where a step's row of N begins in the chunk's row, which may begin after it.
                let offset = place + 1 - span.lowerBound
                let weights = pointer.row(at)
                if first > 0 { weights[Int(first) - 1] = 0 }
                kernels.pointer_row(
                    first, n, sharpness, recency[at], follow[at], symbols[place + reach],
                    chunk.row(index) + offset, distances.base, symbols + place,
                    weightsBefore(lane, t), attention.row(at), weights)
                kernels.pointer_read(
                    first, n, amount * gate[at], symbols + place + 1, weights,
                    logits.row(t * batch + lane))
            }
        }
    }

    /// Makes the end of the last window what comes before this one.
    private func carry() {
        defer { atStart = true }
        guard !atStart else { return }
        for lane in 0..<batch {
            let origin = start(lane)
            // Overlapping where the window is shorter than the reach: from the oldest on.
            for row in 0..<reach {
                keys.row(origin + row).update(from: keys.row(origin + time + row), count: keySize)
                symbols[origin + row] = symbols[origin + time + row]
            }
            let width = traceBefore.columns
            traceBefore.row(lane).update(
                from: input.row((time - 1) * batch + lane) + width, count: width)
            for t in 0..<time {
                if resets[t * batch + lane] { counts[lane] = 0 }
                counts[lane] += 1
            }
            let last = (lane + 1) * time - 1
            before.row(lane).update(repeating: 0, count: first[last])
            let known = reach - first[last]
            (before.row(lane) + first[last]).update(
                from: pointer.row(last) + first[last], count: known)
        }
    }

    /// Copies lane b's state from or to the pointer head's part of a `RecurrentState`.
    package func loadState(lane: Int, from values: UnsafePointer<Float>) {
        carry()
        let next = Int(min(max(values[layout.next], 0), Float(reach - 1)))
        let filled = Int(min(max(values[layout.filled], 0), Float(reach)))
        let origin = start(lane)
        // Only how many there are and where they stand is known: enough to go on as before.
        counts[lane] = filled < reach ? filled : reach + next
        for index in 0..<reach {
            let slot = (next + index) % reach
            for i in 0..<keySize {
                keys.row(origin + index)[i] = values[layout.keys.lowerBound + i * reach + slot]
            }
            symbols[origin + index] = Int32(
                min(max(values[layout.symbols.lowerBound + slot], 0), Float(Int32.max / 2)))
            before.row(lane)[index] =
                index < reach - filled ? 0 : values[layout.weights.lowerBound + index]
        }
        nextKey.row(lane).update(from: keys.row(origin), count: keySize)
        traceBefore.row(lane).update(
            from: values + layout.trace.lowerBound, count: layout.trace.count)
    }

    package func storeState(lane: Int, to values: UnsafeMutablePointer<Float>) {
        carry()
        let origin = start(lane)
        let filled = min(counts[lane], reach)
        let next = counts[lane] % reach
        for index in 0..<reach {
            let slot = (next + index) % reach
            let isThere = index >= reach - filled
            for i in 0..<keySize {
                values[layout.keys.lowerBound + i * reach + slot] =
                    isThere ? keys.row(origin + index)[i] : 0
            }
            values[layout.symbols.lowerBound + slot] =
                isThere ? Float(symbols[origin + index]) : 0
            values[layout.weights.lowerBound + index] = before.row(lane)[index]
        }
        for i in 0..<keySize {
            values[layout.keys.lowerBound + i * reach + next] = nextKey.row(lane)[i]
        }
        values[layout.next] = Float(next)
        values[layout.filled] = Float(filled)
        (values + layout.trace.lowerBound).update(
            from: traceBefore.row(lane), count: layout.trace.count)
    }
}
