/// Exact element-wise steps of the recurrent cells over whole vectors, sixteen numbers at a time. All
/// lengths are rounded up to a multiple of 16 inside: buffers come from `FloatBuffer`, which leaves
/// room. Legend: n length of the vectors.
enum ExactVector {
    typealias Pointer = UnsafeMutablePointer<Float>
    typealias Input = UnsafePointer<Float>

    @inline(__always)
    private static func load(_ p: Input, _ i: Int) -> SIMD16<Float> {
        UnsafeRawPointer(p + i).loadUnaligned(as: SIMD16<Float>.self)
    }

    @inline(__always)
    private static func store(_ v: SIMD16<Float>, _ p: Pointer, _ i: Int, _ n: Int) {
        if i + 16 <= n {
            UnsafeMutableRawPointer(p + i).storeBytes(of: v, as: SIMD16<Float>.self)
        } else {
            for lane in 0..<(n - i) { p[i + lane] = v[lane] }
        }
    }

    /// Runs `body` on blocks of 16; `body` gets the start of the block.
    @inline(__always)
    private static func blocks(_ n: Int, _ body: (Int) -> Void) {
        var i = 0
        while i < n {
            body(i)
            i += 16
        }
    }

    /// LSTM gates to the next state. `gates` [4 × n]: input, forget, cell, output, before activation;
    /// `gates` must not end the allocation (it comes from a padded `FloatBuffer`).
    static func lstm(gates: Pointer, cell: Pointer, hidden: Pointer, n: Int) {
        blocks(n) { i in
            let input = ExactMath.sigmoid(load(gates, i))
            let forget = ExactMath.sigmoid(load(gates + n, i))
            let candidate = ExactMath.tanh(load(gates + 2 * n, i))
            let output = ExactMath.sigmoid(load(gates + 3 * n, i))
            let next = forget * loadTail(cell, i, n) + input * candidate
            store(next, cell, i, n)
            store(output * ExactMath.tanh(next), hidden, i, n)
        }
    }

    /// GRU gates to the next hidden state. `fromInput` and `fromHidden` [3 × n]: reset, update, new.
    static func gru(fromInput: Pointer, fromHidden: Pointer, hidden: Pointer, n: Int) {
        blocks(n) { i in
            let reset = ExactMath.sigmoid(load(fromInput, i) + load(fromHidden, i))
            let update = ExactMath.sigmoid(load(fromInput + n, i) + load(fromHidden + n, i))
            let new = ExactMath.tanh(
                load(fromInput + 2 * n, i) + reset * load(fromHidden + 2 * n, i))
            store((1 - update) * new + update * loadTail(hidden, i, n), hidden, i, n)
        }
    }

    /// A block that may run past the end of the caller's state array.
    @inline(__always)
    private static func loadTail(_ p: Input, _ i: Int, _ n: Int) -> SIMD16<Float> {
        if i + 16 <= n { return load(p, i) }
        var v = SIMD16<Float>.zero
        for lane in 0..<(n - i) { v[lane] = p[i + lane] }
        return v
    }

    /// The sum of squares in a fixed order: sixteen running sums, then halves added to halves.
    static func sumOfSquares(_ x: Input, n: Int) -> Float {
        var sum = SIMD16<Float>.zero
        blocks(n) { i in
            let v = loadTail(x, i, n)
            sum = sum + v * v
        }
        let eight = sum.lowHalf + sum.highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }

    /// out = x / sqrt(mean(x²) + 1e-6).
    static func rmsNormalize(_ x: Input, into out: Pointer, n: Int) {
        let scale = 1 / (sumOfSquares(x, n: n) / Float(n) + 1e-6).squareRoot()
        blocks(n) { i in store(loadTail(x, i, n) * scale, out, i, n) }
    }

    /// x = x / sqrt(Σx² + 1e-6).
    static func unitLength(_ x: Pointer, n: Int) {
        let scale = 1 / (sumOfSquares(x, n: n) + 1e-6).squareRoot()
        blocks(n) { i in store(loadTail(x, i, n) * scale, x, i, n) }
    }

    /// The causal depthwise convolution of width 4 and SiLU. `taps` [4][n]: oldest first; `tail` [3][n]
    /// holds the three inputs before, oldest first, and is shifted by one; `x` [n] is the newest input
    /// and is replaced by the result.
    static func convolve(_ x: Pointer, tail: Pointer, taps: Input, n: Int) {
        blocks(n) { i in
            let x0 = loadTail(tail, i, n)
            let x1 = loadTail(tail + n, i, n)
            let x2 = loadTail(tail + 2 * n, i, n)
            let x3 = loadTail(x, i, n)
            var y = loadTail(taps, i, n) * x0
            y = y + loadTail(taps + n, i, n) * x1
            y = y + loadTail(taps + 2 * n, i, n) * x2
            y = y + loadTail(taps + 3 * n, i, n) * x3
            store(x1, tail, i, n)
            store(x2, tail + n, i, n)
            store(x3, tail + 2 * n, i, n)
            store(y * ExactMath.sigmoid(y), x, i, n)
        }
    }

    /// x = x + the causal depthwise convolution of width 4; arrays as those of `convolve`.
    static func residualConvolve(_ x: Pointer, tail: Pointer, taps: Input, n: Int) {
        blocks(n) { i in
            let x0 = loadTail(tail, i, n)
            let x1 = loadTail(tail + n, i, n)
            let x2 = loadTail(tail + 2 * n, i, n)
            let x3 = loadTail(x, i, n)
            var y = loadTail(taps, i, n) * x0
            y = y + loadTail(taps + n, i, n) * x1
            y = y + loadTail(taps + 2 * n, i, n) * x2
            y = y + loadTail(taps + 3 * n, i, n) * x3
            store(x1, tail, i, n)
            store(x2, tail + n, i, n)
            store(x3, tail + 2 * n, i, n)
            store(x3 + y, x, i, n)
        }
    }

    /// The decays of a step of Kimi delta attention, γ = max(1 − σ(x + bias), e^−2.4), in place; the logarithm
    /// of 1 − σ(x) is −softplus(x).
    static func channelDecays(_ x: Pointer, bias: Input, n: Int) {
        let least = SIMD16<Float>(repeating: 0.090_717_95)
        blocks(n) { i in
            let decay = ExactMath.sigmoid(0 - (loadTail(x, i, n) + loadTail(bias, i, n)))
            store(decay.replacing(with: least, where: decay .< least), x, i, n)
        }
    }

    /// out = x · σ(gate).
    static func sigmoidGated(_ x: Input, gate: Input, into out: Pointer, n: Int) {
        blocks(n) { i in
            store(loadTail(x, i, n) * ExactMath.sigmoid(loadTail(gate, i, n)), out, i, n)
        }
    }

    /// out = x · silu(gate).
    static func gated(_ x: Input, gate: Input, into out: Pointer, n: Int) {
        blocks(n) { i in
            let g = loadTail(gate, i, n)
            store(loadTail(x, i, n) * (g * ExactMath.sigmoid(g)), out, i, n)
        }
    }

    /// x = max(x, 0)².
    static func squaredReLU(_ x: Pointer, n: Int) {
        blocks(n) { i in
            let v = loadTail(x, i, n)
            let positive = v.replacing(with: 0, where: v .< 0)
            store(positive * positive, x, i, n)
        }
    }

    /// y += x.
    static func add(_ x: Input, to y: Pointer, n: Int) {
        blocks(n) { i in store(loadTail(y, i, n) + loadTail(x, i, n), y, i, n) }
    }

    /// weights = factor · weights where what they stood on is this symbol, else 0; 0 before `first`.
    static func keepExpected(
        _ weights: Pointer, of symbols: Input, symbol: Float, factor: Float, from first: Int, n: Int
    ) {
        weights.update(repeating: 0, count: first)
        blocks(n) { i in
            guard i + 16 > first else { return }
            let kept = loadTail(weights, i, n) * factor
            let isExpected = loadTail(symbols, i, n) .== SIMD16(repeating: symbol)
            store(SIMD16<Float>.zero.replacing(with: kept, where: isExpected), weights, i, n)
        }
    }

    /// Run lengths: one more where these symbols are `symbol`, else 0; from `first` to n.
    /// - Returns: how many are at least `least`.
    static func extendRuns(
        _ lengths: Pointer, in symbols: Input, symbol: Float, least: Float, from first: Int, n: Int
    ) -> Float {
        var count = SIMD16<Float>.zero
        lengths.update(repeating: 0, count: first)
        for i in stride(from: first / 16 * 16, to: n, by: 16) {
            let longer = loadTail(lengths, i, n) + 1
            let isSame = loadTail(symbols, i, n) .== SIMD16(repeating: symbol)
            var new = SIMD16<Float>.zero.replacing(with: longer, where: isSame)
            if i < first || i + 16 > n { new = masked(new, i, first, n, 0) }
            store(new, lengths, i, n)
            count = count + SIMD16<Float>.zero.replacing(with: 1, where: new .>= least)
        }
        // Whole numbers: the order of summation is of no matter.
        return count.sum()
    }

    /// `value` in the lanes of a block that lie before `first` or at n and after.
    @inline(__always)
    private static func masked(
        _ v: SIMD16<Float>, _ i: Int, _ first: Int, _ n: Int, _ value: Float
    ) -> SIMD16<Float> {
        var v = v
        for lane in 0..<16 where i + lane < first || i + lane >= n { v[lane] = value }
        return v
    }

    /// weights += factor · softmax(scores − recency · distances + match · matches) of what is not before `first`;
    /// `scores` are overwritten.
    static func addAttention(
        _ scores: Pointer, distances: Input, recency: Float, matches: Input, match: Float,
        factor: Float, to weights: Pointer, from first: Int, n: Int
    ) {
        let start = first / 16 * 16
        var largest = SIMD16<Float>(repeating: -.greatestFiniteMagnitude)
        for i in stride(from: start, to: n, by: 16) {
            var score = loadTail(scores, i, n) - loadTail(distances, i, n) * recency
            score = score + loadTail(matches, i, n) * match
            if i < first || i + 16 > n {
                score = masked(score, i, first, n, -.greatestFiniteMagnitude)
            }
            store(score, scores, i, n)
            largest = largest.replacing(with: score, where: score .> largest)
        }
        let most = largest.max()
        var sum = SIMD16<Float>.zero
        for i in stride(from: start, to: n, by: 16) {
            var e = ExactMath.exp(loadTail(scores, i, n) - most)
            if i < first || i + 16 > n { e = masked(e, i, first, n, 0) }
            store(e, scores, i, n)
            sum = sum + e
        }
        let eight = sum.lowHalf + sum.highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        let scale = factor / (two.x + two.y)
        for i in stride(from: start, to: n, by: 16) {
            store(loadTail(weights, i, n) + loadTail(scores, i, n) * scale, weights, i, n)
        }
    }
}
