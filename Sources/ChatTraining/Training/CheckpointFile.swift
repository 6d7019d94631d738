import ChatCore
import Foundation

/// Reads and writes checkpoints: a safetensors file with the weights, both moments of the optimizer,
/// the best weights and the lanes' states, and everything else as JSON in `__metadata__`.
public enum CheckpointFile {
    /// The version of the format that is written, and the only one that is read.
    public static let version = 1

    /// All of a checkpoint that is not an array of floats.
    private struct Header: Codable {
        var version: Int
        var options: TrainingOptions
        var configuration: ModelConfiguration
        var alphabet: Alphabet
        var corpusHash: String
        var progress: TrainingProgress
        var history: [TrainingProgress]
        var bestValidationLoss: Double?
        var evaluationsSinceBest: Int
        var lossSum: Double
        var lossCount: Int
        /// Not in those of before symbols were told from characters.
        var targets: TargetCharacters?
        var position: Data
    }

    private static let key = "charchat_checkpoint"
    private static let tensorNames = [
        "parameters", "first_moment", "second_moment", "best_parameters", "lane_states",
    ]

    /// Writes in one step: whatever fails, the checkpoint before it stays whole.
    /// - Throws: what the file system does, with the path.
    public static func save(_ checkpoint: Checkpoint, to url: URL) throws {
        let header = Header(
            version: version, options: checkpoint.options, configuration: checkpoint.configuration,
            alphabet: checkpoint.alphabet, corpusHash: checkpoint.corpusHash,
            progress: checkpoint.progress, history: checkpoint.history,
            bestValidationLoss: checkpoint.bestValidationLoss,
            evaluationsSinceBest: checkpoint.evaluationsSinceBest, lossSum: checkpoint.lossSum,
            lossCount: checkpoint.lossCount, targets: checkpoint.targets,
            position: checkpoint.position)
        let json = String(decoding: try JSONEncoder().encode(header), as: UTF8.self)
        let values = [
            checkpoint.parameters, checkpoint.firstMoment, checkpoint.secondMoment,
            checkpoint.bestParameters, checkpoint.laneStates,
        ]
        let tensors = zip(tensorNames, values).map {
            SafetensorsFile.Contents(name: $0, shape: [$1.count], floats: $1)
        }
        let written = Self.digest(json, tensors.map(\.bytes))
        try SafetensorsFile.write(
            metadata: ["format": "charchat-checkpoint", key: json, "digest": written],
            tensors: tensors, to: url)
    }

    /// Of all that a run goes on from: a bit that changed on the disk would go into every model after it.
    private static func digest(_ json: String, _ parts: [Data]) -> String {
        var hasher = SHA256()
        for part in [Data(json.utf8)] + parts { hasher.update(data: part) }
        return hasher.finalize().hexadecimal
    }

    /// - Throws: `TrainingError.checkpoint` when the file is not a checkpoint of this version or was changed
    ///   since it was written, and what reading a safetensors file throws.
    public static func load(_ url: URL) throws -> Checkpoint {
        let file = try SafetensorsFile(url)
        guard let json = file.metadata[key] else {
            throw TrainingError.checkpoint("\(url.lastPathComponent) is no checkpoint")
        }
        let header: Header
        do {
            header = try JSONDecoder().decode(Header.self, from: Data(json.utf8))
        } catch {
            throw TrainingError.checkpoint(
                "\(url.lastPathComponent) was written by another version, or is damaged")
        }
        guard header.version == version else {
            throw TrainingError.checkpoint(
                "\(url.lastPathComponent) has version \(header.version), expected \(version)")
        }
        do {
            try header.configuration.validate()
        } catch {
            throw TrainingError.checkpoint("\(url.lastPathComponent): \(error)")
        }
        // Checkpoints of version 0.1.0 have none.
        if let written = file.metadata["digest"] {
            let parts = try tensorNames.map { try file.bytes($0) }
            guard digest(json, parts) == written else {
                throw TrainingError.checkpoint(
                    "\(url.lastPathComponent) is damaged: it does not have the digest that it was written with"
                )
            }
        }
        func floats(_ name: String) throws -> [Float] {
            let values = try file.floats(name)
            guard values.allSatisfy(\.isFinite) else {
                throw TrainingError.checkpoint(
                    "\(url.lastPathComponent) is damaged: \(name) holds what is no number")
            }
            return values
        }
        guard (header.history + [header.progress]).allSatisfy(\.isPossible),
            (0...DialogueFeed.most).contains(header.evaluationsSinceBest),
            (0...DialogueFeed.most).contains(header.lossCount),
            header.targets?.isPossible != false,
            [header.bestValidationLoss ?? 0, header.lossSum].allSatisfy({ abs($0) <= 1e15 })
        else {
            throw TrainingError.checkpoint("\(url.lastPathComponent) is damaged: a count cannot be")
        }
        return Checkpoint(
            options: header.options, configuration: header.configuration,
            alphabet: header.alphabet, corpusHash: header.corpusHash, progress: header.progress,
            history: header.history, parameters: try floats("parameters"),
            firstMoment: try floats("first_moment"),
            secondMoment: try floats("second_moment"),
            bestParameters: try floats("best_parameters"),
            bestValidationLoss: header.bestValidationLoss,
            evaluationsSinceBest: header.evaluationsSinceBest, lossSum: header.lossSum,
            lossCount: header.lossCount, targets: header.targets,
            laneStates: try floats("lane_states"), position: header.position)
    }
}

extension TrainingProgress {
    /// False for counts and times that no run has, and that arithmetic would trap on.
    fileprivate var isPossible: Bool {
        let most = DialogueFeed.most
        return (0...most).contains(step) && (0...most).contains(characters)
            && (0...most).contains(symbols ?? 0)
            && (0...1e12).contains(elapsedSeconds) && (0...1e12).contains(charactersPerSecond)
            && (0...1).contains(fraction) && abs(trainLoss) <= 1e12
            && abs(validationLoss ?? 0) <= 1e12
    }
}
