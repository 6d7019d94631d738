import CoreMath

/// What one step of a pointer looks at, both forward and backward: n symbols, oldest first, with vectors [n].
struct PointerRows {
    /// Of one step earlier on the n + 1 from `place` on, so that this step's begin one later.
    let symbols: SymbolBuffer
    let place: Int
    /// The one that came now.
    let symbol: Int32
    /// ln(distance + 1).
    let distances: Vector
    let matches: Vector
    /// The weights of the step before.
    let before: Vector
    let attention: Vector
    let weights: Vector
    var count: Int { weights.count }

    init(
        symbols: SymbolBuffer, from place: Int, symbol: Int32, distances: Vector, matches: Vector,
        before: Vector, attention: Vector, weights: Vector
    ) {
        let n = weights.count
        precondition(place >= 0 && place + n + 1 <= symbols.count, "inside the symbols")
        precondition(
            distances.count == n && matches.count == n && before.count == n
                && attention.count == n, "same length")
        self.symbols = symbols
        self.place = place
        self.symbol = symbol
        self.distances = distances
        self.matches = matches
        self.before = before
        self.attention = attention
        self.weights = weights
    }
}

/// The steps of a pointer head.
extension Kernels {
    /// attention = softmax(sharpness dots − recency distances + match matches);
    /// weights = (1 − follow) attention + follow before where the symbol is the one that came now.
    @inline(__always)
    func pointerRow(
        _ rows: PointerRows, dots: Vector, sharpness: Float, recency: Float, match: Float,
        follow: Float
    ) {
        precondition(dots.count == rows.count, "same length")
        table.pointer_row(
            Int32(rows.count), sharpness, recency, match, follow, rows.symbol, dots.base,
            rows.distances.base, rows.matches.base, rows.symbols.base + rows.place,
            rows.before.base, rows.attention.base, rows.weights.base)
    }

    /// logits[symbols[j]] += factor weights[j]. The symbols must be among the logits.
    @inline(__always)
    func pointerRead(_ rows: PointerRows, factor: Float, addingTo logits: Vector) {
        table.pointer_read(
            Int32(rows.count), factor, rows.symbols.base + rows.place + 1, rows.weights.base,
            logits.base)
    }

    /// The gradients of both. dWeights [n] is that of this step's weights from the step after and becomes that of the
    /// step before; dDots [n] lacks the sharpness; sums [4]: Σ weights dLogits, and the gradients of follow, recency
    /// and match.
    @inline(__always)
    func pointerBackward(
        _ rows: PointerRows, factor: Float, follow: Float, dLogits: Vector, dWeights: Vector,
        dDots: Vector, sums: Vector
    ) {
        precondition(dWeights.count == rows.count && dDots.count == rows.count, "same length")
        precondition(sums.count == 4, "four sums")
        table.pointer_backward(
            Int32(rows.count), factor, follow, rows.symbol, rows.symbols.base + rows.place,
            rows.before.base, rows.attention.base, rows.weights.base, rows.distances.base,
            rows.matches.base, dLogits.base, dWeights.base, dDots.base, sums.base)
    }
}
