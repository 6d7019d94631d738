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
    private let ones: UnsafeMutablePointer<Float>
    /// e^c at the end of a chunk, [K].
    let gamma: UnsafeMutablePointer<Float>
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
        for i in 0..<Self.length { ones[i] = 1 }
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
        /// K⁺ over Q⁺, [2 n, K].
        let stacked: Matrix
        let minus: Matrix
        let toEnd: Matrix
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
        let square = pairs.row(2 * place)
        let slot = cut.slot.map { keepsAll ? sequence * stateSlots + $0 : 0 }
        return Chunk(
            stacked: stacked.rows(2 * place..<2 * (place + n)), minus: minus.rows(rows),
            toEnd: toEnd.rows(rows), u: written.rows(rows),
            pairs: Matrix(square, rows: 2 * n, columns: n),
            a: Matrix(square, rows: n, columns: n),
            p: Matrix(square + n * n, rows: n, columns: n),
            before: slot.map { states.rows($0 * headSize..<($0 + 1) * headSize) })
    }

    /// Reads [T, K] queries, keys and values, write strengths [T] and log decays [T, K], which become
    /// their running sums in each chunk; writes what was read [T, K] and moves `state` [K, K] to the end of
    /// the window.
    func forward(
        _ sequence: Int, cuts: [Cut], query: Matrix, key: Matrix, value: Matrix,
        strength: UnsafeMutablePointer<Float>, logDecay: Matrix, state: Matrix, read: Matrix
    ) {
        let kernels = product.kernels
        let size = Int32(headSize)
        for cut in cuts {
            let chunk = chunk(cut, of: sequence)
            let (range, n) = (cut.range, cut.range.count)
            let count = Int32(n)
            let beta = strength + range.lowerBound
            let decay = logDecay.rows(range)
            kernels.decay_scale(
                count, size, decay.base, key.row(range.lowerBound), query.row(range.lowerBound),
                chunk.stacked.base, chunk.minus.base, chunk.toEnd.base)
            let stacked = product.prepare(chunk.stacked, in: halves[0])
            product.multiply(stacked.n, chunk.minus.t, into: chunk.pairs)
            kernels.mask_pairs(count, beta, chunk.pairs.base)

            let known = fromState.rows(0..<2 * n)
            let out = read.rows(range)
            if let before = chunk.before {
                before.copy(state)
                product.multiply(stacked.n, before.n, into: known)
                out.copy(known.rows(n..<2 * n))
            } else {
                known.zero()
            }
            kernels.delta_solve(
                count, size, chunk.a.base, beta, ones, value.row(range.lowerBound), known.base,
                chunk.u.base)
            let u = product.prepare(chunk.u, in: halves[1])
            let keep: Float = chunk.before == nil ? 0 : 1
            product.multiply(chunk.p.n, u.n, into: out, keeping: keep)
            if let before = chunk.before {
                kernels.exponential(headSize, decay.row(n - 1), gamma)
                kernels.scale_rows(size, size, gamma, before.base, state.base)
            }
            product.multiply(chunk.toEnd.t, u.n, into: state, keeping: keep)
        }
    }
}
