import ChatCore
import ChatCorpus
import ChatTraining
import Foundation
import Testing

@Suite struct TrainerTests {
    static let text = String(repeating: "the quick brown fox jumps over the lazy dog. ", count: 60)

    static func data() throws -> TrainingData {
        var counts = ScalarCounts()
        counts.add(text)
        return try TrainingData(
            EncodedCorpus(text: text, alphabet: counts.alphabet()), validation: 0.1)
    }

    static func dialogues() throws -> TrainingData {
        var counts = ScalarCounts()
        let dialogues = (0..<60).map { i in
            Dialogue(exchanges: [("say \(i % 7)", "\(i % 7)"), ("and again", "\(i % 7)")])
        }
        for dialogue in dialogues { counts.add(dialogue) }
        return try TrainingData(
            EncodedCorpus(dialogues: dialogues, alphabet: counts.alphabet()), validation: 0.1)
    }

    static func options(_ steps: Int) -> TrainingOptions {
        var options = TrainingOptions()
        options.budget = .steps(steps)
        options.batchSize = 4
        options.windowLength = 24
        options.evaluations = 4
        options.warmupSteps = 5
        options.workers = 2
        return options
    }

    static func configuration(_ cell: CellKind, _ data: TrainingData) throws -> ModelConfiguration {
        let size = 24
        return try ModelConfiguration(
            symbolCount: data.alphabet.count, embeddingSize: size,
            layers: [
                LayerConfiguration(
                    cell: cell, hiddenSize: size, headCount: cell.isResidual ? 2 : 1)
            ])
    }

    @Test("a short text is learned by heart", arguments: CellKind.allCases)
    func overfits(_ cell: CellKind) throws {
        let data = try Self.data()
        var options = Self.options(400)
        options.peakLearningRate = 1e-2
        let trainer = try Trainer(try Self.configuration(cell, data), data: data, options: options)
        let outcome = try trainer.run { _ in true }
        #expect(outcome.end == .budgetUsed)
        #expect(try #require(outcome.bestValidationLoss) < 0.15)
    }

    @Test("the same seed gives the same weights, another seed others")
    func sameSeed() throws {
        let data = try Self.data()
        func weights(_ seed: UInt64) throws -> [Float] {
            var options = Self.options(12)
            options.seed = seed
            let trainer = try Trainer(
                try Self.configuration(.lstm, data), data: data, options: options)
            return try trainer.run { _ in true }.model.parameters.values
        }
        #expect(try weights(1) == weights(1))
        #expect(try weights(1) != weights(2))
    }

    @Test("a model that goes on learning begins with its weights")
    func goesOnLearning() throws {
        let data = try Self.data()
        let configuration = try Self.configuration(.lstm, data)
        let first = try Trainer(configuration, data: data, options: Self.options(60)).run { _ in
            true
        }
        var losses: [Double] = []
        _ = try Trainer(configuration, data: data, options: Self.options(8), from: first.model).run
        {
            if case .evaluation(let progress, _) = $0 {
                losses.append(progress.validationLoss ?? .infinity)
            }
            return true
        }
        let fresh = try Trainer(configuration, data: data, options: Self.options(8)).run { _ in true
        }
        #expect(losses[0] < 1.1 * (first.bestValidationLoss ?? 0))
        #expect(losses[0] < 0.9 * (fresh.bestValidationLoss ?? 0))
    }

    @Test("values that are not numbers stop the run, and the last good weights are kept")
    func notANumber() throws {
        let data = try Self.data()
        let configuration = try Self.configuration(.lstm, data)
        var saved: Checkpoint?
        _ = try Trainer(configuration, data: data, options: Self.options(40)).run { event in
            if case .checkpoint(let checkpoint) = event { saved = checkpoint }
            if case .evaluation = event { return false }
            return true
        }
        var broken = try #require(saved)
        broken.parameters[3] = .nan
        let outcome = try Trainer(
            configuration, data: data, options: Self.options(40), resuming: broken
        ).run { _ in true }
        #expect(outcome.end == .diverged)
        #expect(!outcome.progress.trainLoss.isFinite)
        #expect(outcome.model.parameters.values.allSatisfy { $0.isFinite })
    }

    @Test("training stops early when the validation loss no longer falls")
    func stopsEarly() throws {
        var random = RandomStream(seed: 4)
        let noise = String((0..<3000).map { _ in random.pick(Array("abcdefgh")) })
        var counts = ScalarCounts()
        counts.add(noise)
        let data = try TrainingData(
            EncodedCorpus(text: noise, alphabet: counts.alphabet()), validation: 0.1)
        var options = Self.options(3000)
        options.evaluations = 60
        options.patience = 3
        options.peakLearningRate = 1e-2
        let outcome = try Trainer(
            try Self.configuration(.lstm, data), data: data, options: options
        ).run { _ in true }
        #expect(outcome.end == .earlyStop)
        #expect(outcome.progress.step < 3000)
    }

    @Test(
        "evaluations come when they are due, and never twice on the same weights",
        arguments: [(40, 4, [10, 20, 30, 40]), (6, 30, [1, 2, 3, 4, 5, 6])])
    func evaluatesWhenDue(steps: Int, evaluations: Int, expected: [Int]) throws {
        let data = try Self.data()
        var options = Self.options(steps)
        options.evaluations = evaluations
        options.patience = 1000
        let outcome = try Trainer(
            try Self.configuration(.gru, data), data: data, options: options
        ).run { _ in true }
        #expect(outcome.history.map(\.step) == expected)
    }

    @Test("a text whose last part is less than two characters is refused")
    func refusesTinyValidation() throws {
        var counts = ScalarCounts()
        counts.add(Self.text)
        let corpus = EncodedCorpus(text: Self.text, alphabet: counts.alphabet())
        #expect(throws: TrainingError.self) { try TrainingData(corpus, validation: 1e-9) }
        #expect(try TrainingData(corpus, validation: 0.1).heldOut?.hasPrefix("Held out") == true)
    }

    @Test("without validation the last weights are kept, however the loss went")
    func keepsTheLastWeights() throws {
        var counts = ScalarCounts()
        counts.add(Self.text)
        let corpus = EncodedCorpus(text: Self.text, alphabet: counts.alphabet())
        let data = try TrainingData(corpus, validation: 0)
        var options = Self.options(40)
        options.peakLearningRate = 0.05
        options.patience = 1
        var last: LanguageModel?
        let outcome = try Trainer(
            try Self.configuration(.gru, data), data: data, options: options
        ).run { event in
            if case .evaluation(_, let model) = event { last = model }
            return true
        }
        #expect(outcome.progress.step == 40)
        #expect(outcome.model.parameters.values == last?.parameters.values)
    }

    @Test("a single dialogue is trained on and evaluated on")
    func singleDialogue() throws {
        var counts = ScalarCounts()
        let dialogue = Dialogue(exchanges: [("hello there", "hello yourself")])
        counts.add(dialogue)
        let data = try TrainingData(
            EncodedCorpus(dialogues: [dialogue], alphabet: counts.alphabet()), validation: 0.1)
        #expect(data.heldOut?.contains("too few dialogues") == true)
        let outcome = try Trainer(
            try Self.configuration(.gru, data), data: data, options: Self.options(4)
        ).run { _ in true }
        #expect(try #require(outcome.bestValidationLoss).isFinite)
    }

    @Test("options that cannot be are refused")
    func refusesOptions() throws {
        var options = TrainingOptions()
        options.budget = .steps(0)
        #expect(throws: TrainingError.self) { try options.validate() }
        options = TrainingOptions()
        options.budget = .minutes(.nan)
        #expect(throws: TrainingError.self) { try options.validate() }
        options.budget = .epochs(1e30)
        #expect(throws: TrainingError.self) { try options.validate() }
        options = TrainingOptions()
        options.workers = 99
        #expect(throws: TrainingError.self) { try options.validate() }
        #expect(throws: ModelError.self) {
            try Preset.small.configuration(cell: .gatedDelta, symbolCount: 20, layerCount: 0)
        }
        #expect(throws: ModelError.self) {
            try ModelConfiguration(
                symbolCount: 20, embeddingSize: 10,
                layers: [LayerConfiguration(cell: .gatedDelta, hiddenSize: 10, headCount: 3)])
        }
    }
}
