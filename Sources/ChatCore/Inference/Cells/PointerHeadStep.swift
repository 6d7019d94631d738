/// A pointer head step by step: the definition that training's `PointerHead` is checked against.
///
/// A pointer stands, with weights a, on the symbols heard and said last, at most `reach` of them; what it stands
/// on is what it expects next. What was expected and came moves it on by one symbol, so that a line heard once is
/// said again letter by letter; where to set it down is found by keys (Vinyals, Fortunato and Jaitly, "Pointer
/// Networks", 2015; a mixture with the vocabulary: Merity et al., "Pointer Sentinel Mixture Models", 2017; that an
/// attention moves on by a step: Graves, Wayne and Danihelka, "Neural Turing Machines", 2014).
///
/// With z_t the output vector that the decoder reads after symbol x_t, and j over the symbols looked back on:
///   m_t = λ ⊙ m_(t−1) + √(1 − λ²) ⊙ z_t, the trace: what the last few words were like; y_t = (z_t, m_t)
///   k_(t+1) = unit(W_k y_t), the key of the symbol that comes next; q = unit(W_q y_t)
///   s_t = softmax_j(8 softplus(κ) q·k_j − softplus(r·y_t + r₀) ln(t − j + 1) + (b·y_t + b₀) n_t[j])
///   a_t[j] = (1 − h) s_t[j] + h a_(t−1)[j − 1] [x_(j−1) = x_t], with h = σ(f·y_t + f₀)
///   logits[x_j] += 8 softplus(s) σ(g·y_t + g₀) a_t[j];  logits += c_t σ(e·y_t + e₀) o
/// n_t[j] is what the line of x_j has in common with the last line, 0..<1, and c_t the most of it, 0...8 (`LineMatch`):
/// it finds the line that a question speaks of, and o says whether there is one. The key of a dialogue's first symbol
/// and the trace before it are zero. The trace knows a line by its words and not by its last letters alone.
package struct PointerHeadStep {
    private let layout: PointerHeadStateLayout
    private let loops: ExactLoops
    private let keySize: Int
    private let reach: Int
    private let symbolCount: Int
    private let width: Int
    private let keyProjection: PackedMatrix
    /// W_q and the readers.
    private let reading: PackedMatrix
    /// g₀, f₀, r₀, b₀ and e₀.
    private let biases: [Float]
    /// o, [symbolCount].
    private let toldLogits: [Float]
    private let lineMatch: LineMatch
    /// [runBuckets].
    private let runWeights = FloatBuffer(count: PointerHeadConfiguration.runBuckets)
    /// 8 softplus(s) and 8 softplus(κ).
    private let amount: Float
    private let sharpness: Float
    /// ln of the distance + 1, from the oldest to the newest, [reach].
    private let distances: FloatBuffer
    /// λ and √(1 − λ²), [width].
    private let decays: FloatBuffer
    private let weights: FloatBuffer
    /// y, [2 × width].
    private let inputs: RowBuffer
    private let keys: RowBuffer
    private let reads: RowBuffer
    /// By slot, then from the oldest to the newest.
    private let scores: RowBuffer
    private let ordered: RowBuffer

    init(_ model: LanguageModel, _ shape: PointerHeadConfiguration, batch: Int, loops: ExactLoops) {
        self.loops = loops
        func value(_ name: String) -> Float {
            model.parameters.values[model.parameters.layout.offset("pointer_head.\(name)")]
        }
        keySize = shape.keySize
        reach = shape.reach
        symbolCount = model.configuration.symbolCount
        width = model.configuration.outputSize
        layout = PointerHeadStateLayout(shape, width: width)
        keyProjection = PackedMatrix(model, "pointer_head.k_proj.weight")
        reading = PackedMatrix(
            model,
            (["q_proj"] + PointerHeadConfiguration.readers).map { "pointer_head.\($0).weight" })
        biases = PointerHeadConfiguration.readers.map { value("\($0).bias") }
        let told = model.parameters.layout.offset("pointer_head.told_logits")
        toldLogits = Array(model.parameters.values[told..<told + symbolCount])
        lineMatch = LineMatch(reach: reach)
        let runs = model.parameters.layout.offset(RunWeights.tensor)
        runWeights.load(Array(model.parameters.values[runs..<runs + runWeights.count]))
        amount = CopyHeadStep.gain * ExactMath.softplus(value("scale"))
        sharpness = CopyHeadStep.gain * ExactMath.softplus(value("sharpness"))
        distances = FloatBuffer(count: reach)
        distances.load(Self.distances(reach))
        let trace = Self.trace(width)
        decays = FloatBuffer(count: width)
        decays.load(trace.decays)
        weights = FloatBuffer(count: width)
        weights.load(trace.weights)
        inputs = RowBuffer(count: batch, width: 2 * width)
        keys = RowBuffer(count: batch, width: keySize)
        reads = RowBuffer(count: batch, width: keySize + PointerHeadConfiguration.readers.count)
        scores = RowBuffer(count: 1, width: reach)
        ordered = RowBuffer(count: 1, width: reach)
    }

    /// ln of the distance + 1 of what is looked back on, from the oldest to the newest, [reach].
    package static func distances(_ reach: Int) -> [Float] {
        (0..<reach).map { Float(ExactMath.log(Double(reach - $0))) }
    }

    /// λ and √(1 − λ²) of the trace, [width] each: half-lives from 8 to 128 symbols over the channels, on a
    /// logarithmic scale.
    package static func trace(_ width: Int) -> (decays: [Float], weights: [Float]) {
        let decays = (0..<width).map { channel -> Float in
            let part = Double(channel) / Double(max(1, width - 1))
            let halfLife = 8 * ExactMath.exp(Float(part * ExactMath.log(16)))
            return ExactMath.exp(0 - Float(ExactMath.log(2)) / halfLife)
        }
        return (decays, decays.map { (1 - $0 * $0).squareRoot() })
    }

    /// Takes in each sequence's symbol and moves its pointer; keeps the key that z, [width], makes for the next
    /// symbol.
    func move(_ symbols: [Symbol], z: FloatRows, states: FloatRows, count: Int) {
        for row in 0..<count {
            let (input, trace) = (inputs[row], states[row] + layout.trace.lowerBound)
            for i in 0..<width {
                trace[i] = decays.base[i] * trace[i] + weights.base[i] * z[row][i]
                input[i] = z[row][i]
                input[width + i] = trace[i]
            }
        }
        keys.zero(count)
        keyProjection.multiplyAdd(inputs.rows, into: keys.rows, count: count, by: loops)
        reads.zero(count)
        reading.multiplyAdd(inputs.rows, into: reads.rows, count: count, by: loops)
        for row in 0..<count {
            ExactVector.unitLength(keys[row], n: keySize)
            move(Float(symbols[row]), row, states[row])
        }
    }

    private func move(_ symbol: Float, _ row: Int, _ state: UnsafeMutablePointer<Float>) {
        let read = reads[row]
        let parts = read + keySize
        for (index, bias) in biases.enumerated() { parts[index] = parts[index] + bias }
        let follow = ExactMath.sigmoid(parts[1])
        let recency = ExactMath.softplus(parts[2])
        ExactVector.unitLength(read, n: keySize)
        let newest = slot(state)
        let before = filled(state)
        let ringSymbols = state + layout.symbols.lowerBound
        let weights = state + layout.weights.lowerBound
        let matches = state + layout.matches.lowerBound
        // What the symbols before this one, which the pointer stood on, were; the oldest is overwritten now.
        order(ringSymbols, from: newest)
        ExactVector.keepExpected(
            weights, of: ordered[0], symbol: symbol, factor: follow, from: reach - before, n: reach)
        ringSymbols[newest] = symbol
        let filled = min(before + 1, reach)
        let next = newest + 1 == reach ? 0 : newest + 1

        order(ringSymbols, from: next)
        if let best = lineMatch.take(
            symbols: ordered[0], filled: filled, weights: runWeights.base,
            lengths: state + layout.runLengths.lowerBound, votes: state + layout.votes.lowerBound,
            matches: matches)
        {
            state[layout.bestMatch] = best
        }
        scores.zero(1)
        loops.addRead(
            memory: state + layout.keys.lowerBound, query: read, factor: sharpness, to: scores[0],
            keySize: keySize, symbolCount: reach)
        order(scores[0], from: next)
        ExactVector.addAttention(
            ordered[0], distances: distances.base, recency: recency, matches: matches,
            match: parts[3], factor: 1 - follow, to: weights, from: reach - filled, n: reach)
        for i in 0..<keySize { state[layout.keys.lowerBound + i * reach + next] = keys[row][i] }
        state[layout.next] = Float(next)
        state[layout.filled] = Float(filled)
    }

    /// Adds what a sequence's pointer stands on, and whether there is a line to speak of, to its logits,
    /// [symbolCount]; after `move` of the same step.
    func addRead(
        _ row: Int, state: UnsafePointer<Float>, to logits: UnsafeMutablePointer<Float>
    ) {
        let parts = reads[row] + keySize
        let factor = amount * ExactMath.sigmoid(parts[0])
        let symbols = state + layout.symbols.lowerBound
        let weights = state + layout.weights.lowerBound
        let first = reach - filled(state)
        var slot = (slot(state) + first) % reach
        for index in first..<reach {
            let symbol = Int(min(max(symbols[slot], 0), Float(symbolCount - 1)))
            logits[symbol] = logits[symbol] + factor * weights[index]
            slot = slot + 1 == reach ? 0 : slot + 1
        }
        let told = state[layout.bestMatch] * ExactMath.sigmoid(parts[4])
        for symbol in 0..<symbolCount {
            logits[symbol] = logits[symbol] + told * toldLogits[symbol]
        }
    }

    /// The slot that comes next; a state may hold any finite numbers.
    private func slot(_ state: UnsafePointer<Float>) -> Int {
        Int(min(max(state[layout.next], 0), Float(reach - 1)))
    }

    private func filled(_ state: UnsafePointer<Float>) -> Int {
        Int(min(max(state[layout.filled], 0), Float(reach)))
    }

    /// A ring from one of its slots on, in `ordered`.
    private func order(_ ring: UnsafePointer<Float>, from start: Int) {
        ordered[0].update(from: ring + start, count: reach - start)
        (ordered[0] + reach - start).update(from: ring, count: start)
    }
}
