import ChatCore
import ChatTraining
import Testing

@Suite("Copy head")
struct CopyHeadTests {
    static func model(symbolCount: Int = 300, keySize: Int = 20) throws -> LanguageModel {
        let configuration = try ModelConfiguration(
            symbolCount: symbolCount, embeddingSize: 16,
            layers: [LayerConfiguration(cell: .gatedDelta, hiddenSize: 16, headCount: 2)],
            copyHeadSize: keySize)
        return LanguageModel(configuration, seed: 5)
    }

    /// What the definition says: plain loops in double precision.
    private struct Naive {
        var memory: [[Double]]
        var before: [Double]
        let model: LanguageModel
        let keySize: Int

        init(_ model: LanguageModel, keySize: Int) {
            self.model = model
            self.keySize = keySize
            let shape = model.configuration
            memory = Array(
                repeating: Array(repeating: 0, count: shape.symbolCount), count: keySize)
            before = Array(repeating: 0, count: 16)
        }

        func product(_ name: String, _ x: [Double]) -> [Double] {
            let values = Array(model.parameters["copy_head.\(name).weight"] ?? [])
            return (0..<values.count / 16).map { row in
                (0..<16).reduce(0) { $0 + Double(values[row * 16 + $1]) * x[$1] }
            }
        }
        func bias(_ name: String) -> Double {
            Double(model.parameters["copy_head.\(name)"]?.first ?? 0)
        }
        func unit(_ x: [Double]) -> [Double] {
            let length = (x.reduce(0) { $0 + $1 * $1 } + 1e-6).squareRoot()
            return x.map { $0 / length }
        }
        func sigmoid(_ x: Double) -> Double { Double(ExactMath.sigmoid(Float(x))) }

        /// What is added to the logits.
        mutating func step(_ symbol: Int, z: [Double]) -> [Double] {
            let key = unit(product("k_proj", before))
            let strength = sigmoid(product("write", z)[0] + bias("write.bias"))
            for s in memory[0].indices {
                let held = (0..<keySize).reduce(0) { $0 + memory[$1][s] * key[$1] }
                let u = strength * ((s == symbol ? 1 : 0) - held)
                for i in 0..<keySize { memory[i][s] += key[i] * u }
            }
            before = z
            let query = unit(product("q_proj", z))
            let scale = Double(ExactMath.softplus(Float(bias("scale"))))
            let factor = 8 * scale * sigmoid(product("gate", z)[0] + bias("gate.bias"))
            return memory[0].indices.map { s in
                factor * (0..<keySize).reduce(0) { $0 + memory[$1][s] * query[$1] }
            }
        }
    }

    @Test("the exact step does what its equations say")
    func exactStepIsItsEquations() throws {
        let model = try Self.model()
        let shape = model.configuration
        var plainShape = shape
        plainShape.copyHeadSize = nil
        var plainParameters = Parameters(layout: ParameterLayout(plainShape))
        plainParameters.values = Array(model.parameters.values.prefix(plainShape.parameterCount))
        let plain = LanguageModel(configuration: plainShape, parameters: plainParameters)
        let (engine, plainEngine) = (StepEngine(model), StepEngine(plain))
        var (state, plainState) = (model.freshState, plain.freshState)
        var (logits, plainLogits) = ([Float](), [Float]())
        var naive = Naive(model, keySize: 20)
        var random = RandomStream(seed: 1)
        for step in 0..<60 {
            // Few symbols, so that much is met again; now and then without asking for logits.
            let symbol = Symbol(random.index(below: 7) * 40)
            if step % 5 == 3 {
                engine.advance(symbol, state: &state)
            } else {
                engine.step(symbol, state: &state, logits: &logits)
            }
            plainEngine.step(symbol, state: &plainState, logits: &plainLogits)
            let z = state.values.suffix(16).map { Double($0) }
            let said = naive.step(Int(symbol), z: z)
            #expect(state.values.prefix(plainShape.stateSize) == plainState.values[...])
            guard step % 5 != 3 else { continue }
            for s in 0..<shape.symbolCount {
                #expect(abs(Double(logits[s] - plainLogits[s]) - said[s]) < 1e-5)
            }
        }
    }

    @Test(
        "a wide alphabet, long stretches, resets and windows one after another: as the exact step")
    func windowsAreTheExactStep() throws {
        let model = try Self.model()
        let symbols = model.configuration.symbolCount
        let (batch, time) = (2, 77)
        let pass = NetworkPass(NetworkWeights(model), batch: batch, time: time, training: false)
        let engine = StepEngine(model)
        var states = [RecurrentState](repeating: model.freshState, count: batch)
        var logits: [Float] = []
        var random = RandomStream(seed: 8)
        for window in 0..<4 {
            let resets = (0..<batch * time).map { _ in window == 1 && random.uniform() < 0.03 }
            let inputs = (0..<batch * time).map { _ in
                Int32(window * 20 + random.index(below: 40))
            }
            let fast = pass.logits(
                NetworkPass.Slice(
                    inputs: inputs, targets: inputs,
                    weights: [Float](repeating: 1, count: batch * time), resets: resets))
            for row in 0..<batch * time {
                let lane = row % batch
                if resets[row] { states[lane] = model.freshState }
                engine.step(Symbol(inputs[row]), state: &states[lane], logits: &logits)
                for s in 0..<symbols { #expect(abs(fast[row * symbols + s] - logits[s]) < 1e-4) }
            }
            for lane in 0..<batch {
                let difference = zip(pass.state(lane: lane), states[lane].values).map {
                    abs($0 - $1)
                }
                #expect((difference.max() ?? 0) < 1e-4)
            }
        }
    }

    @Test("nothing is known where a dialogue begins: the first key is zero")
    func firstStep() throws {
        let model = try Self.model(keySize: 4)
        let engine = StepEngine(model)
        var state = model.freshState
        engine.advance(3, state: &state)
        let head = try #require(model.configuration.copyHeadState)
        #expect(state.values[head].dropLast(16).allSatisfy { $0 == 0 })
        engine.advance(4, state: &state)
        #expect(state.values[head].dropLast(16).contains { $0 != 0 })
    }

    @Test("the weights beside it are those of the model without, for the same seed")
    func sameSeed() throws {
        let model = try Self.model()
        var shape = model.configuration
        shape.copyHeadSize = nil
        let plain = LanguageModel(shape, seed: 5)
        #expect(model.parameters.values.starts(with: plain.parameters.values))
        #expect(
            model.parameters["copy_head.q_proj.weight"].map(Array.init)
                == model.parameters["copy_head.k_proj.weight"].map(Array.init))
        #expect(model.parameters["copy_head.scale"]?.first == 1)
    }
}
