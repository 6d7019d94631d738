import ChatCore

/// What `LineMatch` finds at every step of one lane's window: the same arithmetic, step by step, with what holds
/// from the end of one line to the end of the next kept once.
///
/// Legend: T time, N reach. What holds at step t for the symbols looked back on, oldest first, stands in a row of
/// N + T from t + 1 on; beyond are symbols that came later, with zeros.
final class LineMatches {
    private let match: LineMatch
    /// Of runs, [runBuckets]: the model's own.
    private let weights: Vector
    private let reach: Int
    private let time: Int
    /// Of the newest symbols, [N] each.
    private let symbols: FloatBuffer
    private let lengths: FloatBuffer
    private let votes: FloatBuffer
    private let current: FloatBuffer
    private var best: Float = 0
    private let arena = FloatArena()
    /// From which step on each row holds, with the row and the most in it.
    private var rows: [(row: Matrix, best: Float)] = []
    /// Of each step, [T].
    private var rowOf: [Int]

    init(reach: Int, time: Int, weights: Vector) {
        self.weights = weights
        match = LineMatch(reach: reach)
        self.reach = reach
        self.time = time
        symbols = FloatBuffer(count: reach)
        lengths = FloatBuffer(count: reach)
        votes = FloatBuffer(count: reach)
        current = FloatBuffer(count: reach)
        rowOf = [Int](repeating: 0, count: time)
    }

    /// What step t finds, [N].
    func matches(_ t: Int) -> Vector { rows[rowOf[t]].row.row(0)[t + 1..<t + 1 + reach] }
    func best(_ t: Int) -> Float { rows[rowOf[t]].best }

    func beginWindow() {
        arena.rewind()
        rows.removeAll(keepingCapacity: true)
        keep(from: -1)
    }

    /// Keeps what holds after step t.
    private func keep(from t: Int) {
        let row = arena.matrix(1, reach + time)
        row.zero()
        row.row(0)[t + 1..<t + 1 + reach].copy(current.vector)
        rows.append((row, best))
    }

    func take(_ symbol: Int32, step t: Int, isFirst: Bool, filled: Int) {
        var isNew = false
        if isFirst {
            for buffer in [lengths, votes, current] { buffer.zero() }
            best = 0
            isNew = true
        }
        symbols.vector[0..<reach - 1].copy(symbols.vector[1...])
        symbols.base[reach - 1] = Float(symbol)
        if let ended = match.take(
            symbols: symbols.base, filled: filled, weights: weights.base, lengths: lengths.base,
            votes: votes.base, matches: current.base)
        {
            best = ended
            isNew = true
        }
        if isNew { keep(from: t) }
        rowOf[t] = rows.count - 1
    }

    func load(
        symbols newest: [Int32], from values: UnsafePointer<Float>,
        _ layout: PointerHeadStateLayout
    ) {
        symbols.load(newest.map { Float($0) })
        for (buffer, part) in parts(layout) {
            buffer.vector.load(values, part)
        }
        best = values[layout.bestMatch]
    }

    func store(to values: UnsafeMutablePointer<Float>, _ layout: PointerHeadStateLayout) {
        for (buffer, part) in parts(layout) {
            buffer.vector.store(values, part)
        }
        values[layout.bestMatch] = best
    }

    private func parts(_ layout: PointerHeadStateLayout) -> [(FloatBuffer, Range<Int>)] {
        [(lengths, layout.runLengths), (votes, layout.votes), (current, layout.matches)]
    }
}
