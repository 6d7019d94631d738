import ChatCore
import ChatTraining
import Testing

@Suite("A training planned and recorded by the library")
struct TrainingPlanTests {
    private func data() throws -> TrainingData {
        let dialogues = (0..<20).map { number in
            Dialogue(exchanges: [("what is \(number)", "it is \(number)")])
        }
        let alphabet = Alphabet(scalars: "abcdefghijklmnopqrstuvwxyz 0123456789".unicodeScalars)
        return try TrainingData(
            EncodedCorpus(dialogues: dialogues, alphabet: alphabet), validation: 0.1)
    }

    private var request: TrainingRequest {
        var request = TrainingRequest()
        request.budget = .steps(3)
        request.cell = .gru
        request.hiddenSize = 16
        request.layerCount = 2
        request.batchSize = 2
        request.windowLength = 16
        request.workers = 1
        request.precision = .float32
        request.dropout = 0.25
        return request
    }

    @Test("what is asked for is planned, and the rest suits the corpus")
    func planned() throws {
        let data = try data()
        let plan = try TrainingPlan(request, for: data)
        #expect(plan.configuration.layers.map(\.hiddenSize) == [16, 16])
        #expect(plan.configuration.symbolCount == data.alphabet.count)
        #expect(plan.options.dropout == 0.25 && plan.options.batchSize == 2)

        let usual = try TrainingPlan(TrainingRequest(), for: data)
        #expect(usual.configuration.layers[0].cell == Preset.cell(for: .dialogue))
        #expect(usual.options.optimizer == .muon)
        // Single questions need no long window; what is told and recalled does.
        #expect(usual.options.windowLength == 512)
        let talk = try TrainingData(
            EncodedCorpus(
                dialogues: Array(
                    repeating: Dialogue(exchanges: [("a", "b"), ("c", "d")]), count: 20),
                alphabet: data.alphabet), validation: 0.1)
        #expect(try TrainingPlan(TrainingRequest(), for: talk).options.windowLength == 1536)
        var wrong = request
        wrong.dropout = 2
        #expect(throws: TrainingError.self) { try TrainingPlan(wrong, for: data) }
        wrong = request
        wrong.layerCount = 0
        #expect(throws: ModelError.self) { try TrainingPlan(wrong, for: data) }
    }

    @Test("a pointer head is there where it is asked for")
    func pointerHead() throws {
        let data = try data()
        #expect(try TrainingPlan(request, for: data).configuration.pointerHead == nil)
        var asked = request
        asked.pointerHeadSize = 8
        #expect(
            try TrainingPlan(asked, for: data).configuration.pointerHead
                == PointerHeadConfiguration(keySize: 8, reach: Preset.pointerReach))
        asked.pointerHeadSize = 0
        #expect(try TrainingPlan(asked, for: data).configuration.pointerHead == nil)
    }

    @Test("a model that goes on learning keeps its shape")
    func pretrained() throws {
        let data = try data()
        let shape = try TrainingPlan(request, for: data).configuration
        let plan = try TrainingPlan(TrainingRequest(), for: data, pretrained: shape)
        #expect(plan.configuration == shape && plan.options.dropout == 0)
    }

    @Test("what is asked for goes before what the resumed run had, and that before what is usual")
    func resumed() throws {
        let data = try TrainerTests.data()
        var begun = request
        begun.fill = 0.5
        begun.copyHeadSize = 8
        let plan = try TrainingPlan(begun, for: data)
        var saved: Checkpoint?
        _ = try Trainer(plan.configuration, data: data, options: plan.options).run { event in
            if case .checkpoint(let checkpoint) = event { saved = checkpoint }
            return true
        }
        let checkpoint = try #require(saved)

        let same = try TrainingPlan(TrainingRequest(), for: data, resuming: checkpoint)
        #expect(same.configuration == plan.configuration)
        #expect(same.options.dropout == 0.25 && same.options.fill == 0.5)
        #expect(same.options.workers == 1 && same.options.precision == .float32)

        var asked = TrainingRequest()
        asked.cell = .gru
        asked.hiddenSize = 24
        asked.dropout = 0.5
        asked.fill = 0
        asked.workers = 2
        asked.precision = .bfloat16
        let other = try TrainingPlan(asked, for: data, resuming: checkpoint)
        #expect(other.configuration.layers.allSatisfy { $0.hiddenSize == 24 })
        // Nobody asked for another head.
        #expect(other.configuration.copyHeadSize == 8)
        #expect(other.options.dropout == 0.5 && other.options.fill == 0)
        #expect(other.options.workers == 2 && other.options.precision == .bfloat16)

        let pretrained = try TrainingPlan(request, for: data).configuration
        let next = try TrainingPlan(
            asked, for: data, pretrained: pretrained, resuming: checkpoint)
        #expect(next.configuration == pretrained)
    }

    @Test("a model trained through the library says what it learned from, and how long in all")
    func recorded() throws {
        let data = try data()
        let plan = try TrainingPlan(request, for: data)
        var before = TrainingRecord()
        before.steps = 10
        let trainer = try Trainer(plan.configuration, data: data, options: plan.options)
        let outcome = try trainer.run { _ in true }
        let model = try outcome.chatModel(data, options: plan.options, compact: true, after: before)
        let record = try #require(model.training)
        #expect(record.corpusHash == data.hash && record.corpus == data.fileNames)
        #expect(record.steps == 13 && record.dropout == 0.25 && record.windowLength == 16)
        #expect(model.network == outcome.model.roundedToBFloat16)
    }
}
