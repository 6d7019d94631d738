/// How a model was trained, kept in its file.
public struct TrainingRecord: Sendable, Equatable, Codable {
    /// The corpus files' names, not their paths.
    public var corpus: [String] = []
    /// SHA-256 of the corpus, lower-case hexadecimal; empty for one that was not read from files.
    public var corpusHash = ""
    /// What the first values and the order of the data were drawn from.
    public var seed: UInt64 = 0
    /// Optimizer steps; like characters, symbols and seconds, with those of the model that this one went on from.
    public var steps = 0
    /// Characters seen, counting repeats, as a reader counts them: Unicode characters of the text in NFC, and
    /// marks between turns.
    public var characters = 0
    /// Symbols seen: a Hangul syllable has two or three. Nil in a record of before symbols were told from
    /// characters, whose `characters` and `validationLoss` count symbols.
    public var symbols: Int?
    /// Wall-clock seconds of training.
    public var seconds = 0.0
    /// Best validation loss, nats per character; per symbol where `symbols` is nil.
    public var validationLoss: Double?
    /// The highest learning rate of the run.
    public var peakLearningRate = 0.0
    /// Sequences that a step read side by side.
    public var batchSize = 0
    /// Symbols of each that a step read: the length of truncated backpropagation.
    public var windowLength = 0
    /// The part of each layer's output that was left out at random; nil where nothing was.
    public var dropout: Double?
    /// The part of the sequences that taught it to fill a gap; nil where none did.
    public var fill: Double?
    /// Where the weights are from; nil for those that were trained here.
    public var imported: Import?

    /// Weights that came from elsewhere.
    public struct Import: Sendable, Equatable, Codable {
        /// The name of their file, not its path.
        public var file: String
        /// The hash of the model whose shape and alphabet they were given.
        public var like: String
    }

    /// A record in which nothing is known.
    public init() {}

    /// Whether such a training could have been; a file may say anything.
    var isPossible: Bool {
        (0...1 << 60).contains(steps) && (0...1 << 60).contains(characters)
            && (0...1 << 60).contains(symbols ?? 0)
            && (0...1e12).contains(seconds)
    }
}
