import ChatCore
import ChatTraining
import Testing

@Suite("Pointer head")
struct PointerHeadTests {
    static func model(reach: Int, symbolCount: Int = 30) throws -> LanguageModel {
        let configuration = try ModelConfiguration(
            symbolCount: symbolCount, embeddingSize: 16,
            layers: [LayerConfiguration(cell: .gatedDelta, hiddenSize: 16, headCount: 2)],
            pointerHead: PointerHeadConfiguration(keySize: 6, reach: reach))
        var model = LanguageModel(configuration, seed: 5)
        // What begins at zero says something too.
        var random = RandomStream(seed: 2)
        for tensor in model.parameters.layout.tensors where tensor.name.hasPrefix("pointer_head.") {
            guard let range = model.parameters.layout.range(of: tensor.name) else { continue }
            for i in range where model.parameters.values[i] == 0 {
                model.parameters.values[i] = Float(random.uniform() - 0.5)
            }
            for i in range where tensor.name.hasSuffix("run_weights") {
                // So that what two lines have in common is below 8 at times, and above.
                model.parameters.values[i] = Float(random.uniform() * 6)
            }
        }
        return model
    }

    /// What the definition says: plain loops in double precision over lists that only grow.
    private struct Naive {
        let model: LanguageModel
        let reach: Int
        var symbols: [Int] = []
        var keys: [[Double]] = []
        /// Where the pointer stands, by position.
        var weights: [Double] = []
        var nextKey = [Double](repeating: 0, count: 6)
        var trace = [Double](repeating: 0, count: 16)

        /// Of the line that is coming, by position; what each position's line has in common with the last, and
        /// the most of it.
        var votes: [Double] = []
        var matches: [Double] = []
        var best = 0.0

        mutating func match(_ seen: Range<Int>) {
            votes.append(0)
            matches.append(0)
            let t = symbols.count - 1
            let run = symbols.suffix(3)
            let met = seen.dropLast().filter { j in j >= 2 && symbols[j - 2...j] == run }
            if reach > 2, let vote = run.count == 3 ? weight(of: run) : nil {
                for j in met { votes[j] += vote }
            }
            guard symbols[t] < 3 else { return }
            let lines = symbols[seen].split(omittingEmptySubsequences: false) { $0 < 3 }
            best = 0
            matches = matches.map { _ in 0 }
            var start = seen.lowerBound
            // The last two: the line that has just ended, and nothing behind its mark.
            for line in lines.dropLast(2) {
                let places = start..<start + line.count + 1
                let sum = places.reduce(0) { $0 + votes[$1] }
                for place in places { matches[place] = sum }
                best = max(best, sum)
                start = places.upperBound
            }
            matches = matches.map { $0 / (best + 1) }
            best = min(best, 8)
            votes = votes.map { _ in 0 }
        }

        /// The hash modulo 2³², then its ten highest bits.
        func weight(of run: ArraySlice<Int>) -> Double {
            let hash = run.reduce(UInt64(0)) { ($0 &+ UInt64($1)) &* 2_654_435_761 % (1 << 32) }
            let weights = Array(model.parameters["pointer_head.run_weights"] ?? [])
            return Double(weights[Int(hash >> 22)])
        }

        func product(_ name: String, _ x: [Double]) -> [Double] {
            let values = Array(model.parameters["pointer_head.\(name).weight"] ?? [])
            return (0..<values.count / 32).map { row in
                (0..<32).reduce(0) { $0 + Double(values[row * 32 + $1]) * x[$1] }
            }
        }
        func value(_ name: String) -> Float { model.parameters["pointer_head.\(name)"]?.first ?? 0 }
        func unit(_ x: [Double]) -> [Double] {
            let length = (x.reduce(0) { $0 + $1 * $1 } + 1e-6).squareRoot()
            return x.map { $0 / length }
        }
        func part(_ name: String, _ z: [Double]) -> Float {
            Float(product(name, z)[0]) + value("\(name).bias")
        }

        /// What is added to the logits.
        mutating func step(_ symbol: Int, z output: [Double]) -> [Double] {
            for i in 0..<16 {
                let halfLife = 8 * Double(ExactMath.exp(Float(Double(i) / 15 * ExactMath.log(16))))
                let decay = Double(ExactMath.exp(Float(-ExactMath.log(2) / halfLife)))
                trace[i] = decay * trace[i] + (1 - decay * decay).squareRoot() * output[i]
            }
            let z = output + trace
            let before = (symbols, weights)
            symbols.append(symbol)
            keys.append(nextKey)
            nextKey = unit(product("k_proj", z))
            let query = unit(product("q_proj", z))
            let sharpness = 8 * Double(ExactMath.softplus(value("sharpness")))
            let recency = Double(ExactMath.softplus(part("recency", z)))
            let follow = Double(ExactMath.sigmoid(part("follow", z)))
            let seen = max(0, symbols.count - reach)..<symbols.count
            match(seen)
            let odds = seen.map { j -> Double in
                let score = (0..<6).reduce(0) { $0 + query[$1] * keys[j][$1] }
                let distance = Double(symbols.count - j)
                let matching = Double(part("match", z)) * matches[j]
                return Double(
                    ExactMath.exp(
                        Float(sharpness * score - recency * ExactMath.log(distance) + matching)))
            }
            let total = odds.reduce(0, +)
            weights = Array(repeating: 0, count: symbols.count)
            for (j, odd) in zip(seen, odds) {
                let wasExpected = j > 0 && before.0[j - 1] == symbol
                weights[j] =
                    (1 - follow) * odd / total + (wasExpected ? follow * before.1[j - 1] : 0)
            }
            let factor =
                8 * Double(ExactMath.softplus(value("scale")))
                * Double(ExactMath.sigmoid(part("gate", z)))
            var added = [Double](repeating: 0, count: model.configuration.symbolCount)
            for j in seen { added[symbols[j]] += factor * weights[j] }
            let told = best * Double(ExactMath.sigmoid(part("told", z)))
            let logits = Array(model.parameters["pointer_head.told_logits"] ?? [])
            for s in added.indices { added[s] += told * Double(logits[s]) }
            return added
        }
    }

    @Test("the exact step does what its equations say", arguments: [1, 2, 7, 16, 40, 100])
    func exactStepIsItsEquations(reach: Int) throws {
        let model = try Self.model(reach: reach)
        let shape = model.configuration
        var plainShape = shape
        plainShape.pointerHead = nil
        var plainParameters = Parameters(layout: ParameterLayout(plainShape))
        plainParameters.values = Array(model.parameters.values.prefix(plainShape.parameterCount))
        let plain = LanguageModel(configuration: plainShape, parameters: plainParameters)
        // A copy head's state ends with z: it tells what this one reads.
        var watchedShape = plainShape
        watchedShape.copyHeadSize = 1
        var watchedParameters = LanguageModel(watchedShape, seed: 1).parameters
        watchedParameters.values.replaceSubrange(
            0..<plainShape.parameterCount, with: plainParameters.values)
        let watched = LanguageModel(configuration: watchedShape, parameters: watchedParameters)
        let engines = [model, plain, watched].map { StepEngine($0) }
        var states = [model, plain, watched].map(\.freshState)
        var (logits, plainLogits) = ([Float](), [Float]())
        var naive = Naive(model: model, reach: reach)
        var most: Set<Bool> = []
        var random = RandomStream(seed: 1)
        for step in 0..<90 {
            // Few symbols, so that much is met again; now and then without asking for logits.
            let symbol = Symbol([0, 1, 2, 5, 8, 13, 5][random.index(below: 7)])
            engines[1].step(symbol, state: &states[1], logits: &plainLogits)
            engines[2].advance(symbol, state: &states[2])
            let said = naive.step(
                Int(symbol), z: states[2].values.suffix(16).map { Double($0) })
            if naive.best > 0 { most.insert(naive.best < 8) }
            if step % 5 == 3 {
                engines[0].advance(symbol, state: &states[0])
                continue
            }
            engines[0].step(symbol, state: &states[0], logits: &logits)
            for s in 0..<shape.symbolCount {
                #expect(abs(Double(logits[s] - plainLogits[s]) - said[s]) < 5e-5)
            }
        }
        #expect(reach < 40 || most == [false, true])
    }

    @Test(
        "windows one after another, resets, and a reach within them or not: as the exact step",
        arguments: [1, 5, 64, 90, 400])
    func windowsAreTheExactStep(reach: Int) throws {
        let model = try Self.model(reach: reach)
        let symbols = model.configuration.symbolCount
        let (batch, time) = (2, 77)
        let pass = NetworkPass(NetworkWeights(model), batch: batch, time: time, training: false)
        let engine = StepEngine(model)
        var states = [RecurrentState](repeating: model.freshState, count: batch)
        var logits: [Float] = []
        var random = RandomStream(seed: 8)
        for window in 0..<5 {
            let resets = (0..<batch * time).map { _ in window == 1 && random.uniform() < 0.03 }
            let inputs = (0..<batch * time).map { _ in Int32(random.index(below: 9)) }
            // A state that goes out and in is the same.
            if window == 3 {
                for lane in 0..<batch { pass.loadState(states[lane].values, lane: lane) }
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

    @Test("what was expected and comes moves the pointer on; what was not lets it go")
    func follows() throws {
        var model = try Self.model(reach: 32)
        for (name, value) in [("follow.bias", Float(40)), ("gate.bias", 40)] {
            let range = try #require(model.parameters.layout.range(of: "pointer_head.\(name)"))
            model.parameters.values[range.lowerBound] = value
        }
        let engine = StepEngine(model)
        var state = model.freshState
        let layout = try #require(model.configuration.pointerHeadLayout)
        let start = try #require(model.configuration.pointerHeadState).lowerBound
        for symbol in [3, 4, 5, 6, 7, 8] as [Symbol] { engine.advance(symbol, state: &state) }
        // Set down on the 5, three before the newest.
        let weights = start + layout.weights.lowerBound
        for index in 0..<32 { state.values[weights + index] = index == 28 ? 1 : 0 }
        var logits: [Float] = []
        for expected in [5, 6, 7] as [Symbol] {
            engine.step(expected, state: &state, logits: &logits)
            #expect(logits.firstIndex(of: logits.max() ?? 0) == Int(expected) + 1)
            #expect(state.values[weights + 28] > 0.999)
        }
        engine.advance(3, state: &state)
        #expect(state.values[weights + 28] < 0.001)
    }

    @Test("a state of any finite numbers is read without a trap")
    func hostileStates() throws {
        let model = try Self.model(reach: 12)
        let engine = StepEngine(model)
        let range = try #require(model.configuration.pointerHeadState)
        for value in [-1, 1e30, -1e30, 0.5, 11.99, 12, 13] as [Float] {
            var state = model.freshState
            for index in range { state.values[index] = value }
            var logits: [Float] = []
            for _ in 0..<30 { engine.step(2, state: &state, logits: &logits) }
            #expect(logits.count == model.configuration.symbolCount)
        }
    }

    @Test("weights of runs without measure leave a state of finite numbers")
    func hostileWeights() throws {
        var model = try Self.model(reach: 40)
        let range = try #require(model.parameters.layout.range(of: RunWeights.tensor))
        for value in [3e38, -3e38] as [Float] {
            for i in range { model.parameters.values[i] = value }
            let engine = StepEngine(model)
            var state = model.freshState
            var logits: [Float] = []
            for step in 0..<60 {
                engine.step(step % 6 == 5 ? 2 : 4, state: &state, logits: &logits)
            }
            #expect((state.values + logits).allSatisfy { $0.isFinite })
        }
    }
}
