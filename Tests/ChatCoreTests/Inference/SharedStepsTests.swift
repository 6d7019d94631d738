import ChatCore
import Dispatch
import Foundation
import Testing

/// Sequences that are stepped together have the bits that each has alone.
@Suite struct SharedStepsTests {
    /// What a sequence reads, another one each.
    private static func symbols(_ sequence: Int, _ count: Int = 40) -> [Symbol] {
        var random = RandomStream(seed: UInt64(sequence) + 1)
        return (0..<count).map { _ in Symbol(random.index(below: 11)) }
    }

    /// State and logits after each symbol, as bits.
    private static func alone(_ model: LanguageModel, _ symbols: [Symbol]) -> [[UInt32]] {
        let engine = StepEngine(model)
        var state = model.freshState
        var logits: [Float] = []
        return symbols.map { symbol in
            engine.step(symbol, state: &state, logits: &logits)
            return (state.values + logits).map(\.bitPattern)
        }
    }

    @Test(arguments: TinyModels.names, [true, false])
    func `A batch of any size gives each sequence the bits that it has alone`(
        _ name: String, ofHalves: Bool
    ) throws {
        let whole = try TinyModels.model(name)
        let model = ofHalves ? whole.roundedToBFloat16 : whole
        let step = NetworkStep(model, batch: 13)
        for size in [1, 2, 3, 7, 8, 13] {
            let read = (0..<size).map { Self.symbols($0, 6) }
            let states = (0..<size).map { _ in FloatBuffer(count: model.freshState.values.count) }
            let logits = (0..<size).map { _ in FloatBuffer(count: 11) }
            let wanted = read.map { Self.alone(model, $0) }
            for time in 0..<6 {
                // Now and then nobody asks for the logits of some.
                let asks = (0..<size).map { ($0 + time) % 3 > 0 }
                step.run(
                    (0..<size).map {
                        StepRequest(
                            symbol: read[$0][time], state: states[$0].base,
                            logits: asks[$0] ? logits[$0].base : nil)
                    })
                for sequence in 0..<size {
                    let bits = states[sequence].array.map(\.bitPattern)
                    let said = logits[sequence].array.map(\.bitPattern)
                    let expected = wanted[sequence][time]
                    #expect(bits == Array(expected.dropLast(11)))
                    if asks[sequence] { #expect(said == Array(expected.suffix(11))) }
                }
            }
        }
    }

    @Test(arguments: TinyModels.names)
    func `A step has the same bits on every instruction set of this processor`(
        _ name: String
    ) throws {
        let model = try TinyModels.model(name)
        let read = Self.symbols(0, 20)
        let wanted = Self.alone(model, read)
        for loops in ExactLoops.Level.allCases.compactMap({ ExactLoops($0) }) {
            let step = NetworkStep(model, batch: 1, loops: loops)
            let state = FloatBuffer(count: model.freshState.values.count)
            let logits = FloatBuffer(count: 11)
            for (time, symbol) in read.enumerated() {
                step.run(StepRequest(symbol: symbol, state: state.base, logits: logits.base))
                #expect(
                    (state.array + logits.array).map(\.bitPattern) == wanted[time],
                    "\(loops.level)")
            }
        }
    }

    @Test(
        arguments: [
            "kimi delta with a copy head", "kimi delta with both heads",
            "gru with a pointer head", "lstm", "mixed",
        ], [1, 2, 3])
    func `Threads that share steps each get their own`(_ name: String, workers: Int) throws {
        let model = try TinyModels.model(name)
        let shared = SharedSteps(model, workers: workers)
        let count = 2 * SharedSteps.largestBatch + 5
        let group = DispatchGroup()
        let results = Results(count)
        for sequence in 0..<count {
            group.enter()
            let work: @Sendable () -> Void = {
                let engine = StepEngine(sharing: shared)
                var state = model.freshState
                var logits: [Float] = []
                let bits = Self.symbols(sequence).map { symbol -> [UInt32] in
                    engine.step(symbol, state: &state, logits: &logits)
                    return (state.values + logits).map(\.bitPattern)
                }
                results.put(bits, at: sequence)
                group.leave()
            }
            if !PlainThread.start(work) { work() }
        }
        group.wait()
        for sequence in 0..<count {
            #expect(results.bits[sequence] == Self.alone(model, Self.symbols(sequence)))
        }
    }

    private final class Results: @unchecked Sendable {
        private let lock = NSLock()
        private(set) var bits: [[[UInt32]]]
        init(_ count: Int) { bits = Array(repeating: [], count: count) }
        func put(_ value: [[UInt32]], at index: Int) { lock.withLock { bits[index] = value } }
    }
}
