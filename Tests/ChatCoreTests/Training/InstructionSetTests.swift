import ChatCore
import ChatTraining
import Testing

@Suite("Training on every instruction set of this processor")
struct InstructionSetTests {
    @Test("the widest is what training uses unless it is told otherwise")
    func best() throws {
        let model = try TinyModels.model("mixed")
        #expect(Kernels.levels.first == .baseline)
        #expect(Kernels.levels.contains(Kernels.best.level))
        #expect(NetworkWeights(model).kernels.level == Kernels.best.level)
    }

    /// Three steps of both optimizers on one window, each from the fresh state.
    private func losses(_ name: String, _ kernels: Kernels) throws -> [Double] {
        let model = try TinyModels.model(name)
        let engine = TrainingEngine(
            model, batch: 4, time: 19, workers: 2, usesMuon: true, kernels: kernels)
        var random = RandomStream(seed: 6)
        var window = TrainingWindow(batch: 4, time: 19)
        for i in window.inputs.indices {
            window.inputs[i] = Int32(random.index(below: model.configuration.symbolCount))
            window.targets[i] = Int32(random.index(below: model.configuration.symbolCount))
            window.weights[i] = 1
            window.resets[i] = i < window.batch
        }
        return (0..<3).map { _ in
            engine.step(window, rate: 3e-4, settings: AdamW.Settings(beta2: 0.99), clip: 1).loss
        }
    }

    @Test(
        "steps of training are the baseline's but for rounding", arguments: TinyModels.names,
        Kernels.levels)
    func steps(_ name: String, level: Kernels.Level) throws {
        let expected = try losses(name, try #require(Kernels(.baseline)))
        let found = try losses(name, try #require(Kernels(level)))
        #expect(expected[2] < expected[0])
        for (a, b) in zip(expected, found) { #expect(abs(a - b) < 1e-3) }
    }
}
