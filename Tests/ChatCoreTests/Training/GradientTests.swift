import ChatCore
import ChatTraining
import Testing

@Suite struct GradientTests {
    /// A window of random symbols with a few resets and uneven weights.
    static func slice(batch: Int, time: Int, symbols: Int, seed: UInt64, resets: Bool)
        -> NetworkPass.Slice
    {
        var random = RandomStream(seed: seed)
        let count = batch * time
        return NetworkPass.Slice(
            inputs: (0..<count).map { _ in Int32(random.index(below: symbols)) },
            targets: (0..<count).map { _ in Int32(random.index(below: symbols)) },
            weights: (0..<count).map { _ in Float(random.uniform()) },
            resets: (0..<count).map { _ in resets && random.uniform() < 0.1 })
    }

    static func state(_ model: LanguageModel, seed: UInt64) -> [Float] {
        var random = RandomStream(seed: seed)
        var values = model.freshState.values.map { _ in Float(random.uniform() - 0.5) * 0.6 }
        if let layout = model.configuration.pointerHeadLayout,
            let start = model.configuration.pointerHeadState?.lowerBound
        {
            // Some symbols were heard before.
            let filled = min(layout.symbols.count, 10)
            values[start + layout.filled] = Float(filled)
            values[start + layout.next] = Float(filled % layout.symbols.count)
            for slot in layout.symbols {
                values[start + slot] = Float(random.index(below: model.configuration.symbolCount))
            }
        }
        return values
    }

    @Test(
        "central differences along random directions agree with the backward pass",
        arguments: TinyModels.names, [1, 5, 37])
    func gradients(_ name: String, time: Int) throws {
        try check(name, time: time, dropout: nil)
    }

    @Test("so they do where a part is dropped, always the same", arguments: TinyModels.names)
    func gradientsWithDropout(_ name: String) throws {
        try check(name, time: 7, dropout: Dropout(share: 0.3, seed: 4))
    }

    @Test(
        "so they do on every instruction set of this processor", arguments: TinyModels.names,
        Kernels.levels)
    func gradientsOfEverySet(_ name: String, level: Kernels.Level) throws {
        try check(name, time: 21, dropout: nil, kernels: try #require(Kernels(level)))
    }

    private func check(
        _ name: String, time: Int, dropout: Dropout?, kernels: Kernels = .best
    ) throws {
        let model = try TinyModels.model(name)
        let batch = 2
        let slice = Self.slice(
            batch: batch, time: time, symbols: model.configuration.symbolCount, seed: 9,
            resets: true)
        let weights = NetworkWeights(model, kernels: kernels)
        let start = (0..<batch).map { Self.state(model, seed: UInt64($0)) }

        func loss(_ pass: NetworkPass) -> Double {
            for lane in 0..<batch { pass.loadState(start[lane], lane: lane) }
            return pass.forward(
                slice, scale: 1, dropping: dropout?.draw(step: 3, worker: 0))
        }
        let pass = NetworkPass(
            weights, batch: batch, time: time, training: true, dropout: dropout?.share ?? 0)
        _ = loss(pass)
        pass.backward(slice)
        let gradient = try #require(pass.gradient).array
        #expect(gradient.allSatisfy { $0.isFinite })

        let layout = model.parameters.layout
        var random = RandomStream(seed: 77)
        for tensor in layout.tensors {
            let range = try #require(layout.range(of: tensor.name))
            if tensor.name == RunWeights.tensor {
                // Counted, not learned.
                #expect(gradient[range].allSatisfy { $0 == 0 })
                continue
            }
            let direction = range.map { _ in Float(random.uniform() * 2 - 1) }
            let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let expected = zip(range, direction).reduce(0.0) {
                $0 + Double(gradient[$1.0]) * Double($1.1)
            }
            let norm = range.reduce(0.0) { $0 + Double(gradient[$1] * gradient[$1]) }.squareRoot()
            let size = range.reduce(0) {
                $0 + model.parameters.values[$1] * model.parameters.values[$1]
            }.squareRoot()
            // Unit vectors bend sharply where their input is short, Float rounds where a step is small:
            // a right gradient agrees at one of several step sizes, a wrong one at none.
            let measured = [Float(0.008), 0.002, 0.0005].map { relative in
                let step = relative * max(size, 0.05) / length
                func moved(_ multiple: Float) -> Double {
                    for (i, d) in zip(range, direction) {
                        weights.values.base[i] = model.parameters.values[i] + multiple * step * d
                    }
                    weights.prepare()
                    let value = loss(pass)
                    for i in range { weights.values.base[i] = model.parameters.values[i] }
                    return value
                }
                // Richardson's extrapolation removes the third-order term.
                let wide = (moved(2) - moved(-2)) / Double(4 * step)
                let narrow = (moved(1) - moved(-1)) / Double(2 * step)
                return (4 * narrow - wide) / 3
            }
            weights.prepare()
            let tolerance = 0.01 * (abs(expected) + norm * 0.3) + 2e-3
            #expect(
                measured.contains { abs($0 - expected) < tolerance },
                "\(tensor.name): measured \(measured), backward pass \(expected)")
        }
    }

    @Test(
        "the window's logits are those of the exact engine, on every instruction set",
        arguments: TinyModels.names, Kernels.levels)
    func matchesExactEngine(_ name: String, level: Kernels.Level) throws {
        let model = try TinyModels.model(name)
        let weights = NetworkWeights(model, kernels: try #require(Kernels(level)))
        let (batch, time) = (3, 41)
        let pass = NetworkPass(weights, batch: batch, time: time, training: false)
        let engine = StepEngine(model)
        var states = [RecurrentState](repeating: model.freshState, count: batch)
        let symbols = model.configuration.symbolCount
        // A copy head multiplies what it reads by up to 8 softplus(1), so its roundings too.
        let shape = model.configuration
        let tolerance: Float =
            shape.copyHeadSize == nil && shape.pointerHead == nil ? 1e-4 : 4e-4
        var logits: [Float] = []
        for window in 0..<3 {
            let slice = Self.slice(
                batch: batch, time: time, symbols: symbols, seed: UInt64(window), resets: true)
            let fast = pass.logits(slice)
            for t in 0..<time {
                for lane in 0..<batch {
                    let row = t * batch + lane
                    if slice.resets[row] { states[lane] = model.freshState }
                    engine.step(Symbol(slice.inputs[row]), state: &states[lane], logits: &logits)
                    for s in 0..<symbols {
                        #expect(abs(fast[row * symbols + s] - logits[s]) < tolerance)
                    }
                }
            }
            for lane in 0..<batch {
                let difference = zip(pass.state(lane: lane), states[lane].values).map {
                    abs($0 - $1)
                }
                #expect((difference.max() ?? 0) < 1e-4)
            }
        }
    }
}
