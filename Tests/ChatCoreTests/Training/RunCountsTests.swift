import ChatCore
import ChatTraining
import Testing

@Suite("Weights of runs")
struct RunCountsTests {
    @Test("the rarer a run is in the lines of a corpus, the more it counts")
    func counts() throws {
        // Two lanes; a line goes on in the next window; a dialogue that begins breaks a run.
        let lanes: [[Int32]] = [
            [3, 4, 5, 1, 3, 4, 5, 3, 4, 5, 2, 6, 7, 8, 9, 1],
            [3, 4, 5, 6, 2, 8, 9, 9, 9, 9, 1, 3, 4, 7, 0, 3],
        ]
        let begins: [Set<Int>] = [[0], [0, 6]]
        var counts = RunCounts(batch: 2)
        for start in [0, 8] {
            var window = TrainingWindow(batch: 2, time: 8)
            for index in window.inputs.indices {
                let (t, lane) = (start + index / 2, index % 2)
                window.inputs[index] = lanes[lane][t]
                window.resets[index] = begins[lane].contains(t)
            }
            counts.add(window)
        }
        var lines: [Set<Int>] = []
        var marks = 0
        for (symbols, begins) in zip(lanes, begins) {
            var line: Set<Int> = []
            for t in symbols.indices {
                if t > 1, !begins.contains(t), !begins.contains(t - 1) {
                    let run = symbols[t - 2...t].map { Float($0) }
                    line.insert(RunWeights.bucket(run[0], run[1], run[2]))
                }
                guard symbols[t] < 3 else { continue }
                marks += 1
                lines.append(line)
                line = []
            }
            lines.append(line)
        }
        let weights = try #require(counts.weights)
        for (bucket, weight) in weights.enumerated() {
            let count = lines.count { $0.contains(bucket) }
            let expected = ExactMath.log(Double(marks + 1) / Double(count + 1)) / 8
            #expect(abs(weight - Float(max(0, expected))) < 1e-6)
        }
        let often = RunWeights.bucket(3, 4, 5)
        #expect(weights[often] < weights[RunWeights.bucket(6, 7, 8)])
        var text = TrainingWindow(batch: 2, time: 8)
        for index in text.inputs.indices { text.inputs[index] = 5 }
        var none = RunCounts(batch: 2)
        none.add(text)
        #expect(none.weights == nil)
    }

    @Test("a bucket is one of all, whatever the symbols")
    func buckets() {
        #expect(RunWeights.bucket(0, 0, 1) == 632)
        var random = RandomStream(seed: 3)
        var met: Set<Int> = []
        for _ in 0..<20_000 {
            let run = (0..<3).map { _ in Float(random.index(below: 200)) }
            met.insert(RunWeights.bucket(run[0], run[1], run[2]))
        }
        #expect(met == Set(0..<PointerHeadConfiguration.runBuckets))
        #expect(RunWeights.bucket(1, 2, 3) != RunWeights.bucket(3, 2, 1))
        for value in [-1, 1e30, -1e30, 65_535.5] as [Float] {
            #expect(met.contains(RunWeights.bucket(value, value, value)))
        }
    }

    @Test("training counts them before it begins, and leaves them as they are")
    func areNotLearned() throws {
        let data = try TrainerTests.dialogues()
        var configuration = try TrainerTests.configuration(.kimiDelta, data)
        configuration.pointerHead = PointerHeadConfiguration(keySize: 4, reach: 20)
        func weights(
            _ model: LanguageModel?, _ steps: Int, _ optimizer: OptimizerKind = .adamw
        ) throws -> [Float] {
            var options = TrainerTests.options(steps)
            options.optimizer = optimizer
            let trainer = try Trainer(configuration, data: data, options: options, from: model)
            let network = try trainer.run { _ in true }.model
            return Array(try #require(network.parameters[RunWeights.tensor]))
        }
        let counted = try weights(nil, 1)
        #expect(counted.contains { $0 != 1 })
        #expect(try weights(nil, 5) == counted)
        #expect(try weights(nil, 5, .muon) == counted)
        // What was counted elsewhere stays.
        var pretrained = LanguageModel(configuration, seed: 3)
        let range = try #require(pretrained.parameters.layout.range(of: RunWeights.tensor))
        pretrained.parameters.values.replaceSubrange(
            range, with: [Float](repeating: 0.5, count: 1024))
        #expect(try weights(pretrained, 2) == [Float](repeating: 0.5, count: 1024))
    }
}
