import ChatCore
import ChatCorpus
import ChatEvaluation
import ChatTraining
import Foundation
import Testing

/// Training counts characters as a reader does, and as `evaluate text` does.
@Suite struct CharacterUnitsTests {
    /// Korean, emoji and combining marks; some of it has to be spelled in half-bytes.
    static let text = (0..<60).map {
        "나는 \($0)번 학교에 간다. 값이 닭보다 e\u{301}x\u{327}\u{302} 😀\u{1F469}\u{200D}\u{1F680}!\n"
    }.joined()

    /// Without emoji, the é of NFC, and one of the trailing consonants.
    static let alphabet = Alphabet(
        scalars: Alphabet(scalars: text.unicodeScalars).scalars.filter {
            $0.value < 0x1_0000 && $0.value != 0x11B9
        })

    static let corpus = EncodedCorpus(text: text, alphabet: alphabet)

    static func data() throws -> TrainingData {
        try TrainingData(corpus, validation: 0.2, from: .end)
    }

    private func trainer(
        _ data: TrainingData, _ options: TrainingOptions, resuming checkpoint: Checkpoint? = nil
    ) throws -> Trainer {
        try Trainer(
            try TrainerTests.configuration(.gru, data), data: data, options: options,
            resuming: checkpoint)
    }

    @Test("the validation loss of a text is what evaluating the held-out text gives")
    func validationIsThatOfEvaluation() throws {
        let data = try Self.data()
        let outcome = try trainer(data, TrainerTests.options(40)).run { _ in true }
        let held = try Self.corpus.split(validation: 0.2, from: .end).validation
        let symbols = try held.symbols(in: 0..<held.count)
        let model = try ChatModel(
            network: outcome.model, alphabet: Self.alphabet, format: .text)
        let evaluation = try #require(
            TextEvaluation(text: Self.alphabet.decode(symbols), model: model))
        let loss = try #require(outcome.bestValidationLoss)
        #expect(abs(loss - evaluation.natsPerCharacter) < 1e-3 * loss)
        // The letters would have given less than half of it.
        #expect(symbols.count > 2 * evaluation.characters)
        #expect(try held.characterCount() == evaluation.characters)
        #expect(
            (data.characters ?? 0) + evaluation.characters
                == Normalization.characterCount(Self.text))
        #expect((data.symbols ?? 0) + symbols.count == Self.corpus.count)
    }

    @Test("a loss over many lanes counts each character once")
    func lanesCountEachCharacterOnce() throws {
        let long = EncodedCorpus(
            text: String(repeating: Self.text, count: 3), alphabet: Self.alphabet)
        let data = try TrainingData(long, validation: 0)
        let windows = try data.evaluation()
        #expect(windows[0].batch > 4)
        var targets = TargetCharacters()
        for window in windows { targets.add(window, in: Self.alphabet) }
        #expect(targets.symbolWeight == Double(long.count))
        #expect(targets.characterWeight == Double(try long.characterCount()))
    }

    @Test("the validation loss of dialogues is that of their replies and the ends of them")
    func dialoguesAreScoredTheSame() throws {
        let dialogues = (0..<6).map { number in
            Dialogue(exchanges: [
                ("안녕, 나는 민지야. \(number)", "반가워요 😀 민지!"), ("what?", "값 \(number) e\u{301}"),
            ])
        }
        var counts = ScalarCounts()
        for dialogue in dialogues { counts.add(dialogue) }
        let alphabet = Alphabet(scalars: counts.alphabet().scalars.filter { $0.value < 0x1_0000 })
        let data = try TrainingData(
            EncodedCorpus(dialogues: dialogues, alphabet: alphabet), validation: 0)
        let outcome = try trainer(data, TrainerTests.options(20)).run { _ in true }
        let generator = ReplyGenerator(
            model: try ChatModel(network: outcome.model, alphabet: alphabet, format: .dialogue))
        var (nats, characters) = (0.0, 0)
        for dialogue in dialogues {
            var state = generator.freshState
            for (user, reply) in dialogue.exchanges {
                let score = generator.score(reply: reply, to: user, state: &state)
                nats += score.bits * log(2)
                characters += score.characterCount + 1
            }
        }
        let loss = try #require(outcome.bestValidationLoss)
        #expect(abs(loss - nats / Double(characters)) < 1e-3 * loss)
    }

    @Test("characters that were trained on are those that the targets spell")
    func trainedCharactersAreCounted() throws {
        let data = try Self.data()
        var options = TrainerTests.options(3)
        (options.batchSize, options.workers) = (1, 1)
        let progress = try trainer(data, options).run { _ in true }.progress
        let read = 3 * options.windowLength
        let symbols = try Self.corpus.symbols(in: 0..<read + 1)
        #expect(progress.symbols == read)
        #expect(
            progress.characters == Self.alphabet.characterCount(symbols)
                - Self.alphabet.characterCount(symbols.prefix(1)))
    }

    /// A run that was stopped after two of its evaluations.
    private func interrupted(_ data: TrainingData, _ options: TrainingOptions) throws -> Checkpoint
    {
        var saved: Checkpoint?
        var evaluations = 0
        _ = try trainer(data, options).run { event in
            if case .checkpoint(let checkpoint) = event { saved = checkpoint }
            if case .evaluation = event { evaluations += 1 }
            return evaluations < 2
        }
        return try #require(saved)
    }

    /// As it comes back from its file.
    private func written(_ checkpoint: Checkpoint) throws -> Checkpoint {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("units-\(UUID().uuidString).checkpoint")
        defer { try? FileManager.default.removeItem(at: url) }
        try CheckpointFile.save(checkpoint, to: url)
        return try CheckpointFile.load(url)
    }

    @Test("a resumed run tells the same losses and counts as an uninterrupted one")
    func resumedRunsCountTheSame() throws {
        let data = try Self.data()
        let options = TrainerTests.options(20)
        let whole = try trainer(data, options).run { _ in true }
        let checkpoint = try written(try interrupted(data, options))
        let rest = try trainer(data, options, resuming: checkpoint).run { _ in true }
        #expect(rest.history.map(\.characters) == whole.history.map(\.characters))
        #expect(rest.history.map(\.symbols) == whole.history.map(\.symbols))
        #expect(rest.history.map(\.trainLoss) == whole.history.map(\.trainLoss))
        #expect(rest.history.map(\.validationLoss) == whole.history.map(\.validationLoss))
    }

    @Test("a checkpoint that counted symbols goes on, its figures put in characters")
    func olderCheckpointsGoOn() throws {
        let data = try Self.data()
        let options = TrainerTests.options(20)
        let new = try interrupted(data, options)
        let ratio = EvaluationEngine(
            NetworkWeights(try trainer(data, options).run { _ in true }.model),
            windows: try data.evaluation(), alphabet: data.alphabet, workers: 1
        ).symbolsPerCharacter
        #expect(ratio > 2)
        func inSymbols(_ progress: TrainingProgress) -> TrainingProgress {
            var older = progress
            (older.characters, older.symbols) = (progress.symbols ?? 0, nil)
            older.validationLoss = progress.validationLoss.map { $0 / ratio }
            return older
        }
        var older = new
        older.progress = inSymbols(new.progress)
        older.history = new.history.map(inSymbols)
        older.bestValidationLoss = new.bestValidationLoss.map { $0 / ratio }
        older.targets = nil
        let rest = try trainer(data, options, resuming: try written(older)).run { _ in true }
        let same = try trainer(data, options, resuming: new).run { _ in true }
        #expect(rest.model.parameters.values == same.model.parameters.values)
        #expect(rest.progress.symbols == same.progress.symbols)
        let (first, expected) = (rest.history[0], new.history[0])
        let loss = try #require(first.validationLoss)
        #expect(abs(loss - (expected.validationLoss ?? 0)) < 1e-9)
        #expect(abs(first.characters - expected.characters) * 4 < expected.characters)
    }

    @Test("a record that counted symbols is read as it is, and goes on in characters")
    func olderRecords() throws {
        var older = TrainingRecord()
        (older.steps, older.characters, older.validationLoss) = (5, 1_000, 1.5)
        let json = try JSONEncoder().encode(older)
        #expect(!String(decoding: json, as: UTF8.self).contains("symbols"))
        #expect(try JSONDecoder().decode(TrainingRecord.self, from: json) == older)
        let data = try Self.data()
        let options = TrainerTests.options(4)
        let outcome = try trainer(data, options).run { _ in true }
        let record = TrainingRecord(outcome, of: data, options: options, after: older)
        let trained = outcome.progress
        #expect(record.symbols == 1_000 + (trained.symbols ?? 0))
        #expect(record.characters > trained.characters + 200)
        #expect(record.characters < trained.characters + 800)
    }
}
