import ChatCore
import ChatTraining
import Testing

@Suite("The Muon optimizer")
struct MuonTests {
    private func layout() throws -> ParameterLayout {
        try TinyModels.model("gated delta of two").parameters.layout
    }

    @Test("its matrices and AdamW's stretches cover every parameter once")
    func covers() throws {
        let layout = try layout()
        let muon = Muon(layout, workers: 1, precision: .float32)
        var times = [Int](repeating: 0, count: layout.count)
        for range in muon.targets.map(\.range) + muon.others(of: layout.count) {
            for i in range { times[i] += 1 }
        }
        #expect(times.allSatisfy { $0 == 1 })
        // q, k, v, g, o, up and down of two layers.
        #expect(muon.targets.count == 14)
    }

    @Test("the thin matrices that make Kimi delta's decays are left to AdamW")
    func decays() throws {
        let layout = try TinyModels.model("kimi delta of two").parameters.layout
        #expect(Muon(layout, workers: 1, precision: .float32).targets.count == 14)
    }

    @Test(
        "an update moves all directions of a matrix about equally far", arguments: Kernels.levels)
    func orthogonal(_ level: Kernels.Level) throws {
        let layout = try layout()
        let muon = Muon(
            layout, workers: 1, precision: .float32, kernels: try #require(Kernels(level)))
        for target in muon.targets {
            let values = FloatBuffer(count: layout.count)
            let gradient = FloatBuffer(count: layout.count)
            let momentum = FloatBuffer(count: layout.count)
            var random = RandomStream(seed: 3)
            for i in target.range { gradient.base[i] = Float(random.uniform() - 0.5) * 1e-3 }
            let rate = 0.01
            muon.update(
                target, values: values, gradient: gradient, momentum: momentum, scale: 1,
                rate: rate, decay: 0, worker: 0)
            let (r, c) = (target.rows, target.columns)
            let size = Float(rate * 0.2 * Double(max(r, c)).squareRoot())
            // The rows (or columns, the fewer) of the update are nearly orthogonal and of one length.
            func entry(_ i: Int, _ j: Int) -> Float {
                let at = r <= c ? i * c + j : j * c + i
                return values.base[target.range.lowerBound + at] / size
            }
            let (few, many) = (min(r, c), max(r, c))
            for i in 0..<few {
                for j in 0..<few {
                    let dot = (0..<many).reduce(Float(0)) { $0 + entry(i, $1) * entry(j, $1) }
                    #expect(i == j ? (0.3...1.6).contains(dot) : abs(dot) < 0.5)
                }
            }
            #expect(values.array.enumerated().allSatisfy { target.range.contains($0) || $1 == 0 })
        }
    }

    @Test("a short text is learned by heart, and resumed training is uninterrupted training")
    func trains() throws {
        let data = try TrainerTests.data()
        var options = TrainerTests.options(300)
        options.peakLearningRate = 1e-2
        options.optimizer = .muon
        let configuration = try TrainerTests.configuration(.gatedDelta, data)
        let outcome = try Trainer(configuration, data: data, options: options).run { _ in true }
        #expect(try #require(outcome.bestValidationLoss) < 0.15)

        var kept: Checkpoint?
        var steps = 0
        _ = try Trainer(configuration, data: data, options: options).run { event in
            if case .checkpoint(let checkpoint) = event { kept = checkpoint }
            if case .progress(let progress) = event { steps = progress.step }
            return steps < 40
        }
        let checkpoint = try #require(kept)
        let resumed = try Trainer(
            configuration, data: data, options: options, resuming: checkpoint
        ).run { _ in true }
        #expect(resumed.model == outcome.model)
    }
}
