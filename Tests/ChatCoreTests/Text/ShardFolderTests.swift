import ChatCore
import ChatTraining
import Foundation
import Testing

/// Training windows as files: what is read back is what a trainer would have read.
@Suite struct ShardFolderTests {
    private static func data() throws -> TrainingData {
        try TrainingData(WindowTests.corpus(), validation: 0.2)
    }

    private static func plan(_ data: TrainingData, seed: UInt64 = 3) throws -> TrainingPlan {
        var request = TrainingRequest()
        request.preset = .tiny
        request.hiddenSize = 16
        request.batchSize = 3
        request.windowLength = 20
        request.seed = seed
        request.budget = .steps(5)
        request.workers = 1
        return try TrainingPlan(request, for: data)
    }

    private static func folder() -> URL {
        FileManager.default.temporaryDirectory
            .appendingPathComponent("charchat-shards-\(UUID().uuidString)")
    }

    private static func symbols(_ bytes: Data) -> [Int32] {
        let values = Array(bytes)
        return stride(from: 0, to: values.count, by: 2).map {
            Int32(values[$0]) | Int32(values[$0 + 1]) << 8
        }
    }

    private static func windows(_ shard: ShardManifest.Shard, in folder: URL) throws
        -> [TrainingWindow]
    {
        let file = try SafetensorsFile(folder.appendingPathComponent(shard.file))
        #expect(file.tensor("inputs")?.shape == [shard.windows, shard.time, shard.batch])
        let inputs = symbols(try file.bytes("inputs"))
        let targets = symbols(try file.bytes("targets"))
        let weights = try file.floats("weights")
        let resets = Array(try file.bytes("resets"))
        let size = shard.time * shard.batch
        return (0..<shard.windows).map { index in
            let range = index * size..<(index + 1) * size
            var window = TrainingWindow(batch: shard.batch, time: shard.time)
            window.inputs = Array(inputs[range])
            window.targets = Array(targets[range])
            window.weights = Array(weights[range])
            window.resets = resets[range].map { $0 == 1 }
            return window
        }
    }

    @Test func shardsHoldTheWindowsThatATrainerReads() throws {
        let corpus = WindowTests.corpus()
        let data = try TrainingData(corpus, validation: 0.2)
        let plan = try Self.plan(data)
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let manifest = try #require(
            try ShardFolder.write(data, plan: plan, symbols: 1000, to: folder))
        #expect(manifest.symbols == 17 * 60)
        let split = try corpus.split(validation: 0.2, from: .spread, seed: 1).training
        let expected = try WindowTests.windows(
            DialogueWindows(
                corpus: split, batch: 3, time: 20, seed: 3, userWeight: plan.options.userWeight),
            17)
        #expect(try Self.windows(manifest.shards[0], in: folder) == expected)
        // Each symbol of this text is a character.
        let file = try SafetensorsFile(folder.appendingPathComponent(manifest.shards[0].file))
        #expect(try file.bytes("counts").elementsEqual([UInt8](repeating: 1, count: 17 * 60)))
        let validation = try #require(manifest.validation)
        #expect(try Self.windows(validation, in: folder) == data.evaluation())

        let json = try Data(contentsOf: folder.appendingPathComponent(ShardManifest.fileName))
        #expect(try JSONDecoder().decode(ShardManifest.self, from: json) == manifest)
        let model = try ModelFile.load(folder.appendingPathComponent(manifest.model))
        #expect(model.network == LanguageModel(plan.configuration, seed: 3))
        #expect(model.alphabet == corpus.alphabet && manifest.corpusFormat == .dialogue)
    }

    @Test func theSameSeedGivesTheSameBytes() throws {
        let data = try Self.data()
        let folders = [Self.folder(), Self.folder(), Self.folder()]
        defer { for folder in folders { try? FileManager.default.removeItem(at: folder) } }
        for (folder, seed) in zip(folders, [3, 3, 4] as [UInt64]) {
            let plan = try Self.plan(data, seed: seed)
            #expect(try ShardFolder.write(data, plan: plan, to: folder) != nil)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folders[0].path).sorted()
        #expect(
            names == [
                "begin.safetensors", "corpus.json", "train-00000.safetensors",
                "validation.safetensors",
            ])
        for name in names {
            let files = try folders.map { try Data(contentsOf: $0.appendingPathComponent(name)) }
            #expect(files[0] == files[1])
            #expect((files[0] == files[2]) == (name == "validation.safetensors"), "\(name)")
        }
    }

    @Test func nothingIsWrittenOverAndNothingIsLeftHalf() throws {
        let data = try Self.data()
        let plan = try Self.plan(data)
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let stopped = try ShardFolder.write(data, plan: plan, symbols: 1000, to: folder) {
            $0 < 0.5
        }
        #expect(stopped == nil && !FileManager.default.fileExists(atPath: folder.path))
        let beside = try FileManager.default.contentsOfDirectory(
            atPath: folder.deletingLastPathComponent().path)
        #expect(!beside.contains { $0.hasPrefix(".\(folder.lastPathComponent)") })
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        let kept = folder.appendingPathComponent("kept")
        try Data("mine".utf8).write(to: kept)
        #expect(throws: StorageError.self) {
            try ShardFolder.write(data, plan: plan, to: folder)
        }
        #expect(try Data(contentsOf: kept) == Data("mine".utf8))
        try FileManager.default.removeItem(at: kept)
        #expect(try ShardFolder.write(data, plan: plan, to: folder) != nil)
    }
}
