import ChatCore

/// `corpus.json` of a folder of shards: all that a training elsewhere must know beside the windows.
public struct ShardManifest: Codable, Sendable, Equatable {
    /// The version of the form that is written.
    public static let currentVersion = 1
    public static let fileName = "corpus.json"

    public var version = currentVersion
    /// The learned scalars as code points, ascending.
    public var alphabet: Alphabet
    public var architecture: ModelConfiguration
    public var corpusFormat: CorpusFormat
    /// The corpus files' names, and the hash that names their text.
    public var corpus: [String]
    public var corpusHash: String
    /// Symbols that are predicted once an epoch; nil for a stream without an end.
    public var charactersPerEpoch: Int?
    /// Whether a training keeps the last weights, not those with the lowest loss.
    public var keepsLast: Bool
    public var settings: Settings
    /// The weights to begin with.
    public var model: String
    /// The training windows, in order.
    public var shards: [Shard]
    /// The windows that weights are judged by, from a fresh state; nil where there are none.
    public var validation: Shard?

    /// A file of windows: `inputs` and `targets` (U16), `weights` (F32) and `resets` (U8), each
    /// [windows, time, batch], as `TrainingWindow` has them.
    public struct Shard: Codable, Sendable, Equatable {
        public var file: String
        public var windows: Int
        public var time: Int
        public var batch: Int
    }

    /// How the windows were made, and what suits a training on them; see `TrainingOptions`.
    public struct Settings: Codable, Sendable, Equatable {
        public var seed: UInt64
        public var batchSize: Int
        public var windowLength: Int
        public var userWeight: Float
        public var optimizer: OptimizerKind
        public var peakLearningRate: Double
        public var warmupSteps: Int
        public var weightDecay: Double
        public var beta1: Double
        public var beta2HalfLife: Double
        public var clip: Double
        public var dropout: Double
        public var evaluations: Int
        public var patience: Int

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

    /// Characters to train on, in all shards.
    public var characters: Int {
        shards.reduce(0) { $0 + $1.windows * $1.time * $1.batch }
    }
}
