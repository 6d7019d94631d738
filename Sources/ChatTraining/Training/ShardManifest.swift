import ChatCore

/// `corpus.json` of a folder of shards: all that a training elsewhere must know beside the windows.
package struct ShardManifest: Codable, Sendable, Equatable {
    /// The version of the form that is written.
    package static let currentVersion = 1
    package static let fileName = "corpus.json"

    package var version = currentVersion
    /// The learned scalars as code points, ascending.
    package var alphabet: Alphabet
    package var architecture: ModelConfiguration
    package var corpusFormat: CorpusFormat
    /// The corpus files' names, and the hash that names their text.
    package var corpus: [String]
    package var corpusHash: String
    /// Symbols that are predicted once an epoch; nil for a stream without an end.
    package var symbolsPerEpoch: Int?
    /// Whether a training keeps the last weights, not those with the lowest loss.
    package var keepsLast: Bool
    package var settings: Settings
    /// The weights to begin with.
    package var model: String
    /// The training windows, in order.
    package var shards: [Shard]
    /// The windows that weights are judged by, from a fresh state; nil where there are none.
    package var validation: Shard?

    /// A file of windows: `inputs` and `targets` (U16), `weights` (F32) and `resets` (U8), each
    /// [windows, time, batch], as `TrainingWindow` has them, and `counts` (U8), 1 where a character is
    /// counted with the target (`TargetCharacters`).
    package struct Shard: Codable, Sendable, Equatable {
        package var file: String
        package var windows: Int
        package var time: Int
        package var batch: Int
    }

    /// How the windows were made, and what suits a training on them; see `TrainingOptions`.
    package struct Settings: Codable, Sendable, Equatable {
        package var seed: UInt64
        package var batchSize: Int
        package var windowLength: Int
        package var userWeight: Float
        package var optimizer: OptimizerKind
        package var peakLearningRate: Double
        package var warmupSteps: Int
        package var weightDecay: Double
        package var beta1: Double
        package var beta2HalfLife: Double
        package var clip: Double
        package var dropout: Double
        package var evaluations: Int
        package var patience: Int

        init(_ options: TrainingOptions) {
            seed = options.seed
            batchSize = options.batchSize
            windowLength = options.windowLength
            userWeight = options.userWeight
            optimizer = options.optimizer
            peakLearningRate = options.peakLearningRate
            warmupSteps = options.warmupSteps
            weightDecay = options.weightDecay
            beta1 = options.beta1
            beta2HalfLife = options.beta2HalfLife
            clip = options.clip
            dropout = options.dropout
            evaluations = options.evaluations
            patience = options.patience
        }
    }

    /// Symbols to train on, in all shards.
    package var symbols: Int {
        shards.reduce(0) { $0 + $1.windows * $1.time * $1.batch }
    }
}
