import ChatCore

/// Kimi delta attention on whole sequences in chunks, with what its backward pass needs again.
///
/// One sequence is one head of one lane. Legend: S sequences, T time, K head size, n steps of a chunk (at most
/// 32). A chunk also ends where a reset follows, and the one that then begins knows no state, so a chunk never
/// spans two dialogues.
package final class KimiDeltaChunks {
    static let length = 32

    let headSize: Int
    let product: MatrixProduct
    private let time: Int
    private let keepsAll: Bool
    /// Per step, [S T, K] or twice as many rows: K⁺ over Q⁺ of each chunk; K⁻; Kᵉ; U.
    private let stacked: Matrix
    private let minus: Matrix
    private let toEnd: Matrix
    private let written: Matrix
    /// Per chunk, A over P, dense [2 n, n].
    private let pairs: Matrix
    /// The state before each chunk that begins with one, [K, K].
    private let states: Matrix
    private let stateSlots: Int
    private let fromState: Matrix
    private let ones: Vector
    /// e^c at the end of a chunk, [K].
    let gamma: Vector
    /// For factors of several products.
    let halves = (0..<5).map { _ in HalfBuffer() }

    init(sequences: Int, time: Int, headSize: Int, keepsAll: Bool, in workspace: Workspace) {
        self.time = time
        self.headSize = headSize
        self.keepsAll = keepsAll
        product = workspace.product
        let steps = keepsAll ? sequences * time : Self.length
        stacked = workspace.matrix(2 * steps, headSize)
        minus = workspace.matrix(steps, headSize)
        toEnd = workspace.matrix(steps, headSize)
        written = workspace.matrix(steps, headSize)
        pairs = workspace.matrix(2 * steps, Self.length)
        // All chunks that begin with a state but the first follow a whole one.
        stateSlots = time / Self.length + 1
        states = workspace.matrix((keepsAll ? sequences * stateSlots : 1) * headSize, headSize)
        fromState = workspace.matrix(2 * Self.length, headSize)
        ones = workspace.vector(Self.length)
        ones.fill(1)
        gamma = workspace.vector(headSize)
    }

    /// A stretch of a lane's steps that is worked on at once.
    struct Cut {
        let range: Range<Int>
        /// The place of the state before it among those of its sequence; nil after a reset.
        let slot: Int?
    }

    /// The chunks of one lane. `resets` tells of each of its T steps whether a dialogue begins there.
    static func cut(time: Int, resets: (Int) -> Bool) -> [Cut] {
        var cuts: [Cut] = []
        var start = 0
        var slot = 0
        while start < time {
            var end = start + 1
            while end < time, end - start < length, !resets(end) { end += 1 }
            let isFresh = resets(start)
            cuts.append(Cut(range: start..<end, slot: isFresh ? nil : slot))
            if !isFresh { slot += 1 }
            start = end
        }
        return cuts
    }

    /// What one chunk of one sequence keeps.
    struct Chunk {
        /// K⁺ over Q⁺, [2 n, K]; K⁻ and Kᵉ, [n, K].
        let scaled: Kernels.Scaled
        let u: Matrix
        /// A over P, [2 n, n].
        let pairs: Matrix
        let a: Matrix
        let p: Matrix
        /// Nil where nothing is known from before.
        let before: Matrix?
    }

    func chunk(_ cut: Cut, of sequence: Int) -> Chunk {
        let n = cut.range.count
        let place = keepsAll ? sequence * time + cut.range.lowerBound : 0
        let rows = place..<place + n
        let square = pairs.rows(2 * place..<2 * (place + n)).reshaped(2 * n, n)
        let slot = cut.slot.map { keepsAll ? sequence * stateSlots + $0 : 0 }
        return Chunk(
            scaled: Kernels.Scaled(
                stacked: stacked.rows(2 * place..<2 * (place + n)), minus: minus.rows(rows),
                toEnd: toEnd.rows(rows)),
            u: written.rows(rows), pairs: square, a: square.rows(0..<n), p: square.rows(n..<2 * n),
            before: slot.map { states.rows($0 * headSize..<($0 + 1) * headSize) })
    }

    /// Reads [T, K] queries, keys and values, write strengths [T] and log decays [T, K], which become
    /// their running sums in each chunk; writes what was read [T, K] and moves `state` [K, K] to the end of
    /// the window.
    func forward(
        _ sequence: Int, cuts: [Cut], query: Matrix, key: Matrix, value: Matrix,
        strength: Vector, logDecay: Matrix, state: Matrix, read: Matrix
    ) {
        let kernels = product.kernels
        for cut in cuts {
            let chunk = chunk(cut, of: sequence)
            let (range, n) = (cut.range, cut.range.count)
            let beta = strength[range]
            let decay = logDecay.rows(range)
            let scaled = chunk.scaled
            kernels.decayScale(decay, k: key.rows(range), q: query.rows(range), into: scaled)
            let stacked = product.prepare(scaled.stacked, in: halves[0])
            product.multiply(stacked.n, scaled.minus.t, into: chunk.pairs)
            kernels.maskPairs(chunk.pairs, strength: beta)

            let known = fromState.rows(0..<2 * n)
            let out = read.rows(range)
            if let before = chunk.before {
                before.copy(state)
                product.multiply(stacked.n, before.n, into: known)
                out.copy(known.rows(n..<2 * n))
            } else {
                known.zero()
            }
            kernels.deltaSolve(
                chunk.a, strength: beta, gamma: ones[0..<n], v: value.rows(range),
                ks: known.rows(0..<n), into: chunk.u)
            let u = product.prepare(chunk.u, in: halves[1])
            let keep: Float = chunk.before == nil ? 0 : 1
            product.multiply(chunk.p.n, u.n, into: out, keeping: keep)
            if let before = chunk.before {
                kernels.exponential(decay.row(n - 1), into: gamma)
                kernels.scaleRows(before, by: gamma, into: state)
            }
            product.multiply(scaled.toEnd.t, u.n, into: state, keeping: keep)
        }
    }
}
