import ChatCore
import ChatTraining
import Foundation
import Testing

/// A run that was interrupted goes on as if it had not been, and only from a checkpoint of its own.
@Suite struct CheckpointTests {
    @Test(
        "interrupted and resumed ends in the same weights as uninterrupted, byte for byte",
        arguments: CellKind.allCases,
        [(plain: true, dropout: 0.0), (plain: false, dropout: 0.0), (plain: true, dropout: 0.3)])
    func resumes(_ cell: CellKind, _ kind: (plain: Bool, dropout: Double)) throws {
        let data = kind.plain ? try TrainerTests.data() : try TrainerTests.dialogues()
        let configuration = try TrainerTests.configuration(cell, data)
        var options = TrainerTests.options(40)
        options.dropout = kind.dropout
        let whole = try Trainer(configuration, data: data, options: options).run { _ in true }

        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("trainer-\(UUID().uuidString).checkpoint")
        defer { try? FileManager.default.removeItem(at: url) }
        var evaluations = 0
        let first = try Trainer(configuration, data: data, options: options).run { event in
            if case .checkpoint(let checkpoint) = event {
                try CheckpointFile.save(checkpoint, to: url)
            }
            if case .evaluation = event { evaluations += 1 }
            return evaluations < 2
        }
        #expect(first.end == .interrupted)
        #expect(first.progress.step < 40)
        let second = try Trainer(
            configuration, data: data, options: options, resuming: try CheckpointFile.load(url)
        ).run { _ in true }
        #expect(second.progress.step == 40)
        #expect(second.model.parameters.values == whole.model.parameters.values)
        #expect(second.bestValidationLoss == whole.bestValidationLoss)
    }

    @Test("a checkpoint of version 0.1.0, which had no digest, goes on")
    func resumesFirstVersion() throws {
        let data = try TrainerTests.data()
        let configuration = try TrainerTests.configuration(.gru, data)
        let options = TrainerTests.options(40)
        let whole = try Trainer(configuration, data: data, options: options).run { _ in true }
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("first-\(UUID().uuidString).checkpoint")
        defer { try? FileManager.default.removeItem(at: url) }
        var evaluations = 0
        _ = try Trainer(configuration, data: data, options: options).run { event in
            if case .checkpoint(let checkpoint) = event {
                try CheckpointFile.save(checkpoint, to: url)
            }
            if case .evaluation = event { evaluations += 1 }
            return evaluations < 2
        }
        let file = try SafetensorsFile(url)
        let key = "charchat_checkpoint"
        let json = try #require(file.metadata[key])
        var header = try #require(
            try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(header.removeValue(forKey: "targets") != nil && file.metadata["digest"] != nil)
        let older = String(
            decoding: try JSONSerialization.data(withJSONObject: header), as: UTF8.self)
        try SafetensorsFile.write(
            metadata: ["format": "charchat-checkpoint", key: older],
            tensors: try file.tensors.map {
                SafetensorsFile.Contents(
                    name: $0.name, shape: $0.shape, floats: try file.floats($0.name))
            }, to: url)
        let checkpoint = try CheckpointFile.load(url)
        #expect(checkpoint.targets == nil && checkpoint.progress.step < 40)
        let rest = try Trainer(configuration, data: data, options: options, resuming: checkpoint)
            .run { _ in true }
        #expect(rest.progress.step == 40)
        #expect(rest.model.parameters.values == whole.model.parameters.values)
    }

    @Test(
        "a run with a copy head, a pointer head or both resumes as exactly",
        arguments: CellKind.allCases, ["copy", "pointer", "copy and pointer"])
    func resumesWithHeads(_ cell: CellKind, heads: String) throws {
        let data = try TrainerTests.dialogues()
        var configuration = try TrainerTests.configuration(cell, data)
        if heads.contains("copy") { configuration.copyHeadSize = 8 }
        if heads.contains("pointer") {
            configuration.pointerHead = PointerHeadConfiguration(keySize: 8, reach: 40)
        }
        let options = TrainerTests.options(40)
        let whole = try Trainer(configuration, data: data, options: options).run { _ in true }
        var saved: Checkpoint?
        var evaluations = 0
        _ = try Trainer(configuration, data: data, options: options).run { event in
            if case .checkpoint(let checkpoint) = event { saved = checkpoint }
            if case .evaluation = event { evaluations += 1 }
            return evaluations < 2
        }
        let checkpoint = try #require(saved)
        #expect(checkpoint.progress.step < 40)
        let rest = try Trainer(configuration, data: data, options: options, resuming: checkpoint)
            .run { _ in true }
        #expect(rest.model.parameters.values == whole.model.parameters.values)
    }

    @Test("a damaged checkpoint is refused: counts and weights that cannot be")
    func damagedCheckpoints() throws {
        let data = try TrainerTests.data()
        var saved: Checkpoint?
        _ = try Trainer(
            try TrainerTests.configuration(.gru, data), data: data, options: TrainerTests.options(4)
        ).run { event in
            if case .checkpoint(let checkpoint) = event { saved = checkpoint }
            return true
        }
        let good = try #require(saved)
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("damaged-\(UUID().uuidString).checkpoint")
        defer { try? FileManager.default.removeItem(at: url) }
        try CheckpointFile.save(good, to: url)
        #expect(try CheckpointFile.load(url).progress == good.progress)
        let damages: [(inout Checkpoint) -> Void] = [
            { $0.progress.step = -1 }, { $0.progress.characters = .max }, { $0.lossCount = -1 },
            { $0.progress.charactersPerSecond = 1e300 }, { $0.history[0].step = .min },
            { $0.history[0].trainLoss = 1e308 }, { $0.progress.validationLoss = -1e308 },
            { $0.bestValidationLoss = 1e308 }, { $0.lossSum = 1e308 }, { $0.parameters[0] = .nan },
            { $0.evaluationsSinceBest = .max }, { $0.laneStates[0] = .infinity },
        ]
        for damage in damages {
            var bad = good
            damage(&bad)
            try CheckpointFile.save(bad, to: url)
            #expect(throws: TrainingError.self) { try CheckpointFile.load(url) }
        }
        // A bit that changed on the disk, still a number.
        try CheckpointFile.save(good, to: url)
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count - 4] ^= 1
        try bytes.write(to: url)
        #expect(throws: TrainingError.self) { try CheckpointFile.load(url) }
    }

    @Test("a run that goes on for longer is evaluated as often as one of that length")
    func resumesForLonger() throws {
        let data = try TrainerTests.data()
        let configuration = try TrainerTests.configuration(.gru, data)
        var saved: Checkpoint?
        var steps: [Int] = []
        func note(_ event: TrainingEvent) -> Bool {
            if case .checkpoint(let checkpoint) = event { saved = checkpoint }
            if case .evaluation(let progress, _) = event { steps.append(progress.step) }
            return true
        }
        _ = try Trainer(configuration, data: data, options: TrainerTests.options(40)).run(note)
        let rest = try Trainer(
            configuration, data: data, options: TrainerTests.options(80), resuming: saved
        ).run(note)
        #expect(steps == [10, 20, 30, 40, 60, 80])
        #expect(rest.history.map(\.step) == steps)
    }

    @Test("a checkpoint of another corpus, shape or seed is refused")
    func refusesForeignCheckpoint() throws {
        let data = try TrainerTests.data()
        let configuration = try TrainerTests.configuration(.lstm, data)
        var saved: Checkpoint?
        _ = try Trainer(configuration, data: data, options: TrainerTests.options(8)).run { event in
            if case .checkpoint(let checkpoint) = event { saved = checkpoint }
            return true
        }
        let checkpoint = try #require(saved)
        var otherSeed = TrainerTests.options(8)
        otherSeed.seed = 9
        #expect(throws: TrainingError.self) {
            try Trainer(configuration, data: data, options: otherSeed, resuming: checkpoint)
        }
        #expect(throws: TrainingError.self) {
            try Trainer(
                TrainerTests.configuration(.gru, data), data: data,
                options: TrainerTests.options(8),
                resuming: checkpoint)
        }
        var otherCorpus = checkpoint
        otherCorpus.corpusHash = "another"
        #expect(throws: TrainingError.self) {
            try Trainer(
                configuration, data: data, options: TrainerTests.options(8), resuming: otherCorpus)
        }
    }
}
