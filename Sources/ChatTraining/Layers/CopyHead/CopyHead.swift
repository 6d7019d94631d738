import ChatCore

/// A copy head over a window: a memory from where the model was to the symbol that came then, read
/// straight into the logits, so that a name heard once can be said again. It stands on any stack.
///
/// With z_t the output vector that the decoder reads after symbol x_t, and M [keySize, symbols]:
///   k = unit(W_k z_(t−1));  u = σ(w·z_t + b) (onehot(x_t) − Mᵀk);  M ← M + k uᵀ
///   q = unit(W_q z_t);  logits += 8 softplus(s) σ(g·z_t + c) Mᵀq, with the new M.
/// A delta rule (Schlag, Irie and Schmidhuber, "Linear Transformers Are Secretly Fast Weight
/// Programmers", 2021) in place of the growing memory of pointers (Merity et al., "Pointer Sentinel
/// Mixture Models", 2017). Where a dialogue begins, M and z_(t−1) are zero, and unit(0) is 0.
///
/// `CopyHeadStep` is the definition; this agrees with it to 1e-4. Legend: B batch, T time, R = T · B
/// rows (time-major), W width, K key size, S symbols, C chunk, n symbols that a stretch knows.
///
/// A stretch is what one lane reads between two resets. Only the columns of symbols that occur in it, or
/// that the memory before it holds, can differ from zero: only these are computed. Per chunk of it, with
/// β the write strengths and M₀ the memory before it:
///   A = strictly lower(diag(β) K Kᵀ);  (I + A) U = diag(β)(V − K M₀), V's rows one-hot
///   O = Q M₀ + lower(Q Kᵀ) U;  M₁ = M₀ + Kᵀ U
package final class CopyHead {
    static let chunkLength = 32

    let batch: Int
    let time: Int
    let keySize: Int
    let symbolCount: Int
    let weights: CopyHeadWeights
    let gradients: CopyHeadWeights?
    let product: MatrixProduct
    let backwardSpace: CopyHeadBackwardSpace?

    /// z_(−1) of the window, and what it is for the next one: [B, W].
    let before: Matrix
    private let after: Matrix
    /// W_k z_(t−1) [R, K], and W_q, w and g times z_t [R, K + 2].
    private let keyProjected: Matrix
    private let readProjected: Matrix
    /// [B · T, K]: row lane · T + t. So the vectors, [B · T].
    let key: Matrix
    let query: Matrix
    let keyInverse: Vector
    let queryInverse: Vector
    let strength: Vector
    let gate: Vector
    /// 8 softplus(s) of the last forward pass.
    private(set) var amount: Float = 0
    /// M after the window, [B · K, S].
    private let memory: Matrix
    private let arena = FloatArena()
    private(set) var stretches: [Stretch] = []
    private(set) var resets: [Bool] = []
    /// For each symbol whether a stretch knows it (not zero), and its column there.
    private let known: Vector
    private var columns: [Int32]
    private let oneHot: Matrix
    private let keyMemory: Matrix
    private let ones: Vector
    private let halves = (0..<4).map { _ in HalfBuffer() }
    private var atStart = true
    private let layout: CopyHeadStateLayout

    package init(
        _ weights: CopyHeadWeights, gradients: CopyHeadWeights?, symbolCount: Int, batch: Int,
        time: Int, in workspace: Workspace
    ) {
        self.weights = weights
        self.gradients = gradients
        self.batch = batch
        self.time = time
        self.symbolCount = symbolCount
        product = workspace.product
        keySize = weights.key.rows
        let (rows, width) = (batch * time, weights.key.columns)
        layout = CopyHeadStateLayout(keySize: keySize, symbolCount: symbolCount, width: width)
        before = workspace.matrix(batch, width)
        after = workspace.matrix(batch, width)
        keyProjected = workspace.matrix(rows, keySize)
        readProjected = workspace.matrix(rows, keySize + 2)
        key = workspace.matrix(rows, keySize)
        query = workspace.matrix(rows, keySize)
        keyInverse = workspace.vector(rows)
        queryInverse = workspace.vector(rows)
        strength = workspace.vector(rows)
        gate = workspace.vector(rows)
        memory = workspace.matrix(batch * keySize, symbolCount)
        known = workspace.vector(symbolCount)
        columns = [Int32](repeating: 0, count: symbolCount)
        oneHot = workspace.matrix(Self.chunkLength, symbolCount)
        keyMemory = workspace.matrix(Self.chunkLength, symbolCount)
        ones = workspace.vector(Self.chunkLength)
        ones.fill(1)
        backwardSpace =
            gradients == nil
            ? nil
            : CopyHeadBackwardSpace(
                rows: rows, keySize: keySize, symbolCount: symbolCount, in: workspace)
    }

    /// Reads the window and leaves the memory after it in place for the next one.
    /// - Parameters:
    ///   - z: what the decoder reads, [R, W].
    ///   - symbols: the window's inputs, [R].
    ///   - resets: where a lane's memory is taken as empty before the row, [R].
    ///   - logits: [R, S]; what the head says is added.
    package func forward(_ z: Matrix, symbols: [Int32], resets: [Bool], addingTo logits: Matrix) {
        carry()
        atStart = false
        self.resets = resets
        project(z)
        arena.rewind()
        stretches.removeAll(keepingCapacity: true)
        for lane in 0..<batch {
            var start = 0
            for t in 1...time where t == time || resets[t * batch + lane] {
                let stretch = stretch(lane, start..<t, symbols)
                read(stretch)
                add(stretch, to: logits)
                stretches.append(stretch)
                start = t
            }
        }
        after.copy(z.rows((time - 1) * batch..<time * batch))
    }

    /// Keys, queries, write strengths and gates of the whole window.
    private func project(_ z: Matrix) {
        let rows = batch * time
        product.multiply(before.n, weights.key.t, into: keyProjected.rows(0..<batch))
        product.multiply(
            z.rows(0..<rows - batch).n, weights.key.t, into: keyProjected.rows(batch..<rows))
        product.multiply(z.n, weights.reading.t, into: readProjected)
        amount = CopyHeadStep.gain * ExactMath.softplus(weights.scale[0])
        let kernels = product.kernels
        for t in 0..<time {
            for lane in 0..<batch {
                let (row, at) = (t * batch + lane, lane * time + t)
                if resets[row] {
                    key.row(at).zero()
                } else {
                    keyInverse[at] = kernels.unitRow(keyProjected.row(row), into: key.row(at))
                }
                let reading = readProjected.row(row)
                queryInverse[at] = kernels.unitRow(reading[0..<keySize], into: query.row(at))
                strength[at] = ExactMath.sigmoid(reading[keySize] + weights.writeBias[0])
                gate[at] = ExactMath.sigmoid(reading[keySize + 1] + weights.gateBias[0])
            }
        }
    }

    /// Plans a stretch and puts the memory before it in place.
    private func stretch(_ lane: Int, _ steps: Range<Int>, _ symbols: [Int32]) -> Stretch {
        let goesOn = steps.lowerBound == 0 && !resets[lane]
        known.zero()
        let whole = memory(lane)
        if goesOn {
            for i in 0..<keySize {
                let row = whole.row(i)
                for s in 0..<symbolCount { known[s] += abs(row[s]) }
            }
        }
        for t in steps { known[Int(symbols[t * batch + lane])] = 1 }
        // In the alphabet's order: what is computed follows from the memory and the window alone, so a
        // run that goes on from a checkpoint computes the same.
        var names: [Int32] = []
        for s in 0..<symbolCount where known[s] != 0 {
            columns[s] = Int32(names.count)
            names.append(Int32(s))
        }
        let stretch = Stretch(
            lane: lane, steps: steps, symbols: names,
            columns: steps.map { columns[Int(symbols[$0 * batch + lane])] }, time: time,
            keySize: keySize, in: arena)
        let first = stretch.memories.rows(0..<keySize)
        if goesOn {
            for i in 0..<keySize {
                let (from, to) = (whole.row(i), first.row(i))
                for (column, symbol) in names.enumerated() { to[column] = from[Int(symbol)] }
            }
        } else {
            first.zero()
        }
        return stretch
    }

    /// Writes and reads the memory chunk by chunk; a stretch that ends with the window leaves its memory
    /// for the next.
    private func read(_ stretch: Stretch) {
        let kernels = product.kernels
        let n = stretch.symbols.count
        for index in 0..<stretch.chunkCount {
            let chunk = stretch.chunk(index)
            let count = chunk.count
            let beta = strength[chunk.rows]
            let keys = product.prepare(key.rows(chunk.rows), in: halves[0])
            let queries = product.prepare(query.rows(chunk.rows), in: halves[1])
            let before = product.prepare(chunk.before, in: halves[2])
            product.multiply(keys.n, keys.t, into: chunk.a)
            product.multiply(queries.n, keys.t, into: chunk.p)
            for i in 0..<count {
                let (a, p) = (chunk.a.row(i), chunk.p.row(i))
                for j in 0..<i { a[j] *= beta[i] }
                for j in i..<count { a[j] = 0 }
                for j in i + 1..<max(i + 1, count) { p[j] = 0 }
            }
            let values = oneHot.reshaped(count, n)
            values.zero()
            for i in 0..<count {
                values.row(i)[Int(stretch.columns[chunk.steps.lowerBound + i])] = 1
            }
            let held = keyMemory.reshaped(count, n)
            product.multiply(keys.n, before.n, into: held)
            kernels.deltaSolve(
                chunk.a, strength: beta, gamma: ones[0..<count], v: values, ks: held,
                into: chunk.u)
            let u = product.prepare(chunk.u, in: halves[3])
            product.multiply(queries.n, before.n, into: chunk.read)
            product.multiply(chunk.p.n, u.n, into: chunk.read, keeping: 1)
            chunk.after.copy(chunk.before)
            product.multiply(keys.t, u.n, into: chunk.after, keeping: 1)
        }
        guard stretch.steps.upperBound == time else { return }
        let last = stretch.memories.rows(
            stretch.chunkCount * keySize..<(stretch.chunkCount + 1) * keySize)
        for i in 0..<keySize {
            let (from, to) = (last.row(i), memory.row(stretch.lane * keySize + i))
            to.zero()
            for (column, symbol) in stretch.symbols.enumerated() { to[Int(symbol)] = from[column] }
        }
    }

    /// What the memory says, times 8 softplus(s) σ(g·z + c), to the logits.
    private func add(_ stretch: Stretch, to logits: Matrix) {
        for (index, t) in stretch.steps.enumerated() {
            let factor = amount * gate[stretch.lane * time + t]
            let from = stretch.read.row(index)
            let to = logits.row(t * batch + stretch.lane)
            for (column, symbol) in stretch.symbols.enumerated() {
                to[Int(symbol)] += factor * from[column]
            }
        }
    }

    private func carry() {
        if !atStart { before.copy(after) }
        atStart = true
    }

    /// Copies lane b's state from or to the copy head's part of a `RecurrentState`: M, then z_(t−1).
    package func loadState(lane: Int, from values: UnsafePointer<Float>) {
        carry()
        memory(lane).flat.load(values, layout.memory)
        before.row(lane).load(values, layout.before)
    }

    package func storeState(lane: Int, to values: UnsafeMutablePointer<Float>) {
        memory(lane).flat.store(values, layout.memory)
        (atStart ? before : after).row(lane).store(values, layout.before)
    }

    /// Of one lane, [K, S].
    private func memory(_ lane: Int) -> Matrix {
        memory.rows(lane * keySize..<(lane + 1) * keySize)
    }
}
