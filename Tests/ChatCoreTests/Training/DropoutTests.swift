import ChatCore
import ChatTraining
import Foundation
import Testing

@Suite struct DropoutTests {
    /// A mask laid over values, with the gradient ones sent back through it; arrays of [rows, columns].
    private func mask(
        _ share: Double, rows: Int, columns: Int, random: RandomStream, of values: [Float]
    ) -> (left: [Float], own: [Float], gradient: [Float], scale: Float) {
        let workspace = Workspace()
        return withExtendedLifetime(workspace) {
            let mask = DropoutMask(share: share, rows: rows, columns: columns, in: workspace)
            let output = workspace.matrix(rows, columns)
            let gradient = workspace.matrix(rows, columns)
            for i in 0..<output.count { (output.base[i], gradient.base[i]) = (values[i], 1) }
            let left = mask.forward(output, random: random).array
            mask.backward(gradient)
            return (left, output.array, gradient.array, mask.scale)
        }
    }

    @Test(
        "the kept share is close to 1 − p, what is kept is scaled, and the gradient passes likewise",
        arguments: [0.1, 0.25, 0.5, 0.8])
    func share(_ share: Double) {
        // An odd count, so that the last draw serves fewer than four values.
        let (rows, columns) = (301, 67)
        let values = (0..<rows * columns).map { Float($0 % 11) - 5.5 }
        let result = mask(
            share, rows: rows, columns: columns, random: RandomStream(seed: 5), of: values)
        #expect(result.own == values, "the layer's own output stays whole")
        #expect(abs(Double(result.scale) * (1 - share) - 1) < 1e-4)
        #expect(Set(result.gradient) == [0, result.scale])
        #expect(result.left == zip(values, result.gradient).map { $0 * $1 })
        func isNear(_ kept: Int, of count: Int) -> Bool {
            let spread = (share * (1 - share) / Double(count)).squareRoot()
            return abs(Double(kept) / Double(count) - (1 - share)) < 5 * spread
        }
        #expect(isNear(result.left.count { $0 != 0 }, of: rows * columns))
        for column in 0..<columns {
            let kept = (0..<rows).count { result.left[$0 * columns + column] != 0 }
            #expect(isNear(kept, of: rows), "column \(column)")
        }
    }

    @Test("every seed, step, worker and layer has a mask of its own, and the same one again")
    func draws() {
        let ones = [Float](repeating: 1, count: 8 * 16)
        func drawn(_ seed: UInt64, _ step: Int, _ worker: Int, _ layer: Int) -> [Float] {
            let draw = Dropout(share: 0.5, seed: seed).draw(step: step, worker: worker)
            return mask(0.5, rows: 8, columns: 16, random: draw.stream(layer: layer), of: ones).left
        }
        var masks: Set<[Float]> = []
        for seed in [1, 2] as [UInt64] {
            for step in [0, 1, 255, 1 << 20] {
                for worker in [0, 1, 256] {
                    for layer in [0, 1] {
                        let first = drawn(seed, step, worker, layer)
                        #expect(first == drawn(seed, step, worker, layer))
                        masks.insert(first)
                    }
                }
            }
        }
        #expect(masks.count == 2 * 4 * 3 * 2)
    }

    @Test("within a stack of gated delta layers, only what the decoder reads is dropped")
    func places() throws {
        func places(_ name: String) throws -> [Bool] {
            let configuration = try TinyModels.model(name).configuration
            return configuration.layers.indices.map { configuration.dropsOutput(ofLayer: $0) }
        }
        #expect(try places("gru of two") == [true, true])
        #expect(try places("lstm of two") == [true, true])
        #expect(try places("gated delta of two") == [false, true])
        #expect(try places("kimi delta of two") == [false, true])
        #expect(try places("mixed") == [true, false, true])
    }

    @Test(
        "what a layer carries through time is not dropped, nor anything where no mask is given",
        arguments: ["lstm", "gru", "gated delta", "kimi delta"])
    func statesStayWhole(_ name: String) throws {
        let model = try TinyModels.model(name)
        let weights = NetworkWeights(model)
        let slice = GradientTests.slice(
            batch: 2, time: 9, symbols: model.configuration.symbolCount, seed: 9, resets: true)
        let plain = NetworkPass(weights, batch: 2, time: 9, training: true)
        let dropping = NetworkPass(weights, batch: 2, time: 9, training: true, dropout: 0.5)
        let drop = Dropout(share: 0.5, seed: 1).draw(step: 0, worker: 0)
        #expect(plain.forward(slice, scale: 1) != dropping.forward(slice, scale: 1, dropping: drop))
        for lane in 0..<2 { #expect(plain.state(lane: lane) == dropping.state(lane: lane)) }
        #expect(plain.forward(slice, scale: 1) == dropping.forward(slice, scale: 1))
        plain.backward(slice)
        dropping.backward(slice)
        #expect(plain.gradient?.array == dropping.gradient?.array)
        // A pass that does not train has no masks, whatever it is told.
        let reading = NetworkPass(weights, batch: 2, time: 9, training: false, dropout: 0.5)
        let other = NetworkPass(weights, batch: 2, time: 9, training: false)
        #expect(
            reading.forward(slice, scale: 0, dropping: drop) == other.forward(slice, scale: 0))
    }

    /// Trains for `steps` with some dropout.
    private func train(
        _ cell: CellKind, steps: Int = 12, dropout: Double, seed: UInt64 = 1
    ) throws -> TrainingOutcome {
        let data = try TrainerTests.data()
        var options = TrainerTests.options(steps)
        options.dropout = dropout
        options.seed = seed
        return try Trainer(
            try TrainerTests.configuration(cell, data), data: data, options: options
        ).run { _ in true }
    }

    @Test("the same seed gives the same weights, no dropout others", arguments: CellKind.allCases)
    func sameSeed(_ cell: CellKind) throws {
        let first = try train(cell, dropout: 0.3).model.parameters.values
        #expect(try train(cell, dropout: 0.3).model.parameters.values == first)
        #expect(try train(cell, dropout: 0).model.parameters.values != first)
    }

    @Test("evaluation reads the whole network: the loss is that of the model without dropout")
    func evaluationIsWhole() throws {
        let data = try TrainerTests.data()
        let outcome = try train(.gru, dropout: 0.5)
        // What was kept are the best weights, and their loss was the best.
        let again = EvaluationEngine(
            NetworkWeights(outcome.model), windows: try data.evaluation(),
            alphabet: data.alphabet, workers: 2)
        #expect(again.loss() == outcome.bestValidationLoss)
    }

    @Test("shares that cannot be are refused", arguments: [-0.1, 0.9, 1, .nan, .infinity])
    func refuses(_ share: Double) {
        var options = TrainingOptions()
        options.dropout = share
        #expect {
            try options.validate()
        } throws: {
            "\($0)".contains("dropout")
        }
    }

    @Test("options of a checkpoint from before there was dropout are read, and mean none")
    func olderOptions() throws {
        let plain = TrainingOptions()
        let json = try JSONEncoder().encode(plain)
        #expect(!String(decoding: json, as: UTF8.self).contains("dropout"))
        #expect(try JSONDecoder().decode(TrainingOptions.self, from: json) == plain)
        var dropping = plain
        dropping.dropout = 0.2
        let again = try JSONDecoder().decode(
            TrainingOptions.self, from: JSONEncoder().encode(dropping))
        #expect(again == dropping && again.dropout == 0.2 && again != plain)
        dropping.dropout = 0
        #expect(dropping == plain)
    }

    @Test(
        "a text that is short beside the time gets the base model, and dropout if it is very short")
    func defaults() {
        func choice(_ format: CorpusFormat, _ characters: Int?, _ budget: TrainingBudget) -> String
        {
            let preset = Preset.suited(format: format, symbols: characters, budget: budget)
            let dropout = Preset.dropout(format: format, symbols: characters, budget: budget)
            return "\(preset) \(dropout)"
        }
        #expect(choice(.text, 1_000_000, .minutes(10)) == "base 0.5")
        #expect(choice(.text, 1_000_000, .minutes(3)) == "base 0.2")
        #expect(choice(.text, 1_000_000, .minutes(1.5)) == "base 0.0")
        #expect(choice(.text, 100_000_000, .minutes(10)) == "small 0.0")
        #expect(choice(.text, 1_000_000, .steps(1_000_000)) == "small 0.0")
        #expect(choice(.dialogue, 1_000_000, .minutes(10)) == "small 0.0")
        #expect(choice(.dialogue, nil, .minutes(10)) == "small 0.0")
    }
}
