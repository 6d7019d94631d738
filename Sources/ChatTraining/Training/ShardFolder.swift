import ChatCore
import Foundation

/// The windows of a training run as files, for an engine elsewhere: exactly the windows, in the same order,
/// that a `Trainer` with the same data and options would read, with the same initial weights and the same
/// validation windows. The same corpus and options give the same bytes.
///
/// A folder holds `corpus.json` (`ShardManifest`), `begin.safetensors` (a model), `train-00000.safetensors` and
/// so on, and `validation.safetensors`.
package enum ShardFolder {
    static let modelName = "begin.safetensors"
    static let validationName = "validation.safetensors"
    /// The most symbols of a shard; ten bytes each.
    static let symbolsPerShard = 1 << 22

    /// Writes a folder in one step: whatever fails, there is nothing at `folder` or all of it.
    /// - Parameters:
    ///   - folder: must not exist yet, or be empty.
    ///   - pretrained: the model to go on from; nil begins with new weights.
    ///   - symbols: to write, rounded up to whole windows; nil writes one epoch.
    ///   - progress: called after each window with the share that is written; false stops.
    /// - Returns: what was written; nil when stopped.
    /// - Throws: `TrainingError.options` where the data has no end and no number is given, `StorageError`, and
    ///   what reading the corpus throws.
    package static func write(
        _ data: TrainingData, plan: TrainingPlan, from pretrained: ChatModel? = nil,
        symbols: Int? = nil, to folder: URL, progress: (Double) -> Bool = { _ in true }
    ) throws -> ShardManifest? {
        let files = SystemFileSystem()
        let target = folder.standardizedFileURL
        let parent = target.deletingLastPathComponent()
        let temporary = parent.appendingPathComponent(
            ".\(target.lastPathComponent).\(getpid()).tmp")
        try requireNew(target)
        guard mkdir(temporary.path, 0o777) == 0 else {
            throw StorageError.system(operation: "make", path: folder.path, code: errno)
        }
        do {
            let manifest = try fill(
                temporary, data, plan, pretrained, symbols: symbols, progress: progress)
            guard let manifest else {
                try? FileManager.default.removeItem(at: temporary)
                return nil
            }
            try files.rename(temporary.path, to: target.path)
            return manifest
        } catch {
            try? FileManager.default.removeItem(at: temporary)
            throw error
        }
    }

    /// - Throws: `StorageError.system` where something is there that is no empty folder.
    package static func requireNew(_ folder: URL) throws {
        var status = stat()
        guard stat(folder.path, &status) == 0 else { return }
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        guard names?.isEmpty == true else {
            throw StorageError.system(operation: "write", path: folder.path, code: EEXIST)
        }
    }

    private static func fill(
        _ folder: URL, _ data: TrainingData, _ plan: TrainingPlan, _ pretrained: ChatModel?,
        symbols: Int?, progress: (Double) -> Bool
    ) throws -> ShardManifest? {
        let options = plan.options
        var network = pretrained?.network ?? LanguageModel(plan.configuration, seed: options.seed)
        try network.countRuns(in: data, options)
        var source = try data.source(options)
        guard let wanted = symbols ?? source.symbolsPerEpoch else {
            throw TrainingError.options(
                "lessons have no end: say how many symbols of them to write")
        }
        let perWindow = options.batchSize * options.windowLength
        let count = (max(1, wanted) - 1) / perWindow + 1
        let perShard = max(1, symbolsPerShard / perWindow)
        let begin = try ChatModel(
            network: network,
            alphabet: data.alphabet, format: data.format, training: pretrained?.training)
        try ModelFile.save(begin, to: folder.appendingPathComponent(modelName))

        var manifest = ShardManifest(
            alphabet: data.alphabet, architecture: plan.configuration, corpusFormat: data.format,
            corpus: data.fileNames, corpusHash: data.hash,
            symbolsPerEpoch: source.symbolsPerEpoch, keepsLast: data.keepsLast,
            settings: .init(options), model: modelName, shards: [])
        var window = TrainingWindow(batch: options.batchSize, time: options.windowLength)
        var spelled = TargetCharacters()
        for first in stride(from: 0, to: count, by: perShard) {
            var windows = WindowBytes(spelled)
            for index in first..<min(count, first + perShard) {
                try source.next(into: &window)
                windows.append(window, data.alphabet)
                guard progress(Double(index + 1) / Double(count)) else { return nil }
            }
            spelled = windows.spelled
            let number = String(manifest.shards.count)
            let padding = String(repeating: "0", count: max(0, 5 - number.count))
            manifest.shards.append(
                try windows.write(
                    as: "train-\(padding)\(number).safetensors", in: folder,
                    time: options.windowLength, batch: options.batchSize))
        }
        var judged = WindowBytes(TargetCharacters())
        let evaluation = try data.evaluation()
        for window in evaluation { judged.append(window, data.alphabet) }
        if let first = evaluation.first {
            manifest.validation = try judged.write(
                as: validationName, in: folder, time: first.time, batch: first.batch)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try SystemFileSystem().replaceFile(
            folder.appendingPathComponent(ShardManifest.fileName),
            with: [try encoder.encode(manifest), Data("\n".utf8)], for: .shared)
        return manifest
    }
}

/// Windows one after another as the bytes of a shard's tensors.
private struct WindowBytes {
    private var count = 0
    /// Goes on where the shard before ended.
    private(set) var spelled: TargetCharacters
    private var inputs = Data()
    private var targets = Data()
    private var weights: [Float] = []
    private var resets = Data()
    private var counts = Data()

    init(_ spelled: TargetCharacters) { self.spelled = spelled }

    mutating func append(_ window: TrainingWindow, _ alphabet: Alphabet) {
        count += 1
        counts.append(contentsOf: spelled.add(window, in: alphabet).map { $0 ? 1 : 0 })
        Self.append(window.inputs, to: &inputs)
        Self.append(window.targets, to: &targets)
        weights += window.weights
        resets.append(contentsOf: window.resets.map { $0 ? 1 : 0 })
    }

    private static func append(_ symbols: [Int32], to bytes: inout Data) {
        var new = [UInt8](repeating: 0, count: 2 * symbols.count)
        for (index, symbol) in symbols.enumerated() {
            new[2 * index] = UInt8(truncatingIfNeeded: symbol)
            new[2 * index + 1] = UInt8(truncatingIfNeeded: symbol >> 8)
        }
        bytes.append(contentsOf: new)
    }

    func write(
        as name: String, in folder: URL, time: Int, batch: Int
    ) throws -> ShardManifest.Shard {
        let shape = [count, time, batch]
        try SafetensorsFile.write(
            metadata: ["format": "charchat-shard", "version": "\(ShardManifest.currentVersion)"],
            tensors: [
                .init(name: "inputs", type: .uint16, shape: shape, bytes: inputs),
                .init(name: "targets", type: .uint16, shape: shape, bytes: targets),
                .init(name: "weights", shape: shape, floats: weights),
                .init(name: "resets", type: .uint8, shape: shape, bytes: resets),
                .init(name: "counts", type: .uint8, shape: shape, bytes: counts),
            ], to: folder.appendingPathComponent(name))
        return ShardManifest.Shard(file: name, windows: count, time: time, batch: batch)
    }
}
