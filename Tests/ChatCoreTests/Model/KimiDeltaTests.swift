import ChatCore
import ChatTraining
import Foundation
import Testing

/// What `GradientTests` does not ask of Kimi delta attention.
@Suite("Kimi delta attention")
struct KimiDeltaTests {
    private func model(decayBias: Float) throws -> LanguageModel {
        var model = try TinyModels.model("kimi delta of two")
        for tensor in model.parameters.layout.tensors where tensor.name.hasSuffix("dt_bias") {
            for i in model.parameters.layout.range(of: tensor.name) ?? 0..<0 {
                model.parameters.values[i] = decayBias
            }
        }
        return model
    }

    @Test(
        "the fastest and the slowest decays agree with the exact engine, whatever the resets",
        arguments: [Float(30), -12], [0, 0.03, 0.5])
    func extremes(decayBias: Float, resets: Double) throws {
        let model = try model(decayBias: decayBias)
        let (batch, time) = (2, 75)
        let pass = NetworkPass(NetworkWeights(model), batch: batch, time: time, training: true)
        let engine = StepEngine(model)
        var states = [RecurrentState](repeating: model.freshState, count: batch)
        var random = RandomStream(seed: 5)
        var logits: [Float] = []
        for window in 0..<2 {
            var slice = GradientTests.slice(
                batch: batch, time: time, symbols: 11, seed: UInt64(window), resets: false)
            for i in slice.resets.indices { slice.resets[i] = random.uniform() < resets }
            let fast = pass.logits(slice)
            for row in 0..<batch * time {
                let lane = row % batch
                if slice.resets[row] { states[lane] = model.freshState }
                engine.step(Symbol(slice.inputs[row]), state: &states[lane], logits: &logits)
                for s in 0..<11 { #expect(abs(fast[row * 11 + s] - logits[s]) < 1e-4) }
            }
            _ = pass.forward(slice, scale: 1)
            pass.backward(slice)
            #expect(try #require(pass.gradient).array.allSatisfy(\.isFinite))
            // `forward` moved the states once more than the engine.
            for lane in 0..<batch { pass.loadState(states[lane].values, lane: lane) }
        }
    }

    @Test("half-lives go from 8 to 20,000 characters in every head; keys begin as queries")
    func start() throws {
        let configuration = try Preset.small.configuration(cell: .kimiDelta, symbolCount: 30)
        let model = LanguageModel(configuration, seed: 4)
        for (index, layer) in configuration.layers.enumerated() {
            let name = "layers.\(index).attn."
            let bias = Array(try #require(model.parameters[name + "dt_bias"]))
            let lives = bias.map { log(2) / log1p(exp(Double($0))) }
            let size = layer.hiddenSize / layer.headCount
            for head in 0..<layer.headCount {
                #expect(abs(lives[head * size] - 8) < 0.01)
                #expect(abs(lives[(head + 1) * size - 1] / 20_000 - 1) < 0.01)
            }
            for kind in ["proj", "conv1d"] {
                let query = try #require(model.parameters["\(name)q_\(kind).weight"])
                let key = try #require(model.parameters["\(name)k_\(kind).weight"])
                #expect(query.elementsEqual(key))
            }
            for part in ["attn", "mlp"] {
                let taps = model.parameters["layers.\(index).\(part).canon_conv1d.weight"]
                #expect(try #require(taps).allSatisfy { $0 == 0 })
            }
        }
    }

    @Test("a window in pieces is the window: what looks back is carried over")
    func pieces() throws {
        let model = try TinyModels.model("kimi delta of two")
        let weights = NetworkWeights(model)
        let slice = GradientTests.slice(batch: 1, time: 70, symbols: 11, seed: 3, resets: true)
        let whole = NetworkPass(weights, batch: 1, time: 70, training: false)
        let logits = whole.logits(slice)
        let part = NetworkPass(weights, batch: 1, time: 7, training: false)
        for start in stride(from: 0, to: 70, by: 7) {
            let range = start..<start + 7
            let piece = part.logits(
                NetworkPass.Slice(
                    inputs: Array(slice.inputs[range]), targets: Array(slice.targets[range]),
                    weights: Array(slice.weights[range]), resets: Array(slice.resets[range])))
            for i in piece.indices { #expect(abs(piece[i] - logits[start * 11 + i]) < 1e-4) }
        }
        let difference = zip(whole.state(lane: 0), part.state(lane: 0)).map { abs($0 - $1) }
        #expect((difference.max() ?? 0) < 1e-4)
    }
}
