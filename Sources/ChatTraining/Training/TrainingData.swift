import ChatCore
import ChatCorpus

/// What a run reads: endless training windows, and a fixed set to evaluate on.
public struct TrainingData: Sendable {
    public let alphabet: Alphabet
    public let format: CorpusFormat
    /// SHA-256 that names the corpus in records and checkpoints.
    public let hash: String
    public let fileNames: [String]
    /// Characters of the training part; nil for an endless stream.
    public let characters: Int?
    /// Whether there are too few dialogues to hold one out, so that evaluation reads those of training.
    public let validatesOnTraining: Bool
    let source: @Sendable (TrainingOptions) throws -> any WindowSource
    package let evaluation: @Sendable () throws -> [TrainingWindow]

    /// The most characters that one evaluation reads.
    static let evaluationLimit = 262_144

    /// A corpus: its last part (`validation` of it) is for evaluation and never trained on. Only where
    /// that would leave no dialogue on one side, both read all of them.
    /// - Throws: `TrainingError.options` when the last part of a text is less than two characters, and
    ///   what reading the corpus throws.
    public init(_ corpus: EncodedCorpus, validation: Double) throws {
        let split = try corpus.split(validation: validation)
        if corpus.format == .text, split.validation.count < 2 {
            throw TrainingError.options(
                "the last part of the text, kept for validation, is less than two characters; give more text or keep a larger part"
            )
        }
        let isShared =
            corpus.format == .dialogue
            && (split.training.dialogueStarts.isEmpty || split.validation.dialogueStarts.isEmpty)
        let parts = isShared ? (training: corpus, validation: corpus) : split
        validatesOnTraining = isShared
        alphabet = corpus.alphabet
        format = corpus.format
        hash = corpus.hash
        fileNames = corpus.fileNames
        characters = parts.training.count
        source = { options in
            switch corpus.format {
            case .text:
                try TextWindows(
                    corpus: parts.training, batch: options.batchSize, time: options.windowLength)
            case .dialogue:
                try DialogueWindows(
                    corpus: parts.training, batch: options.batchSize, time: options.windowLength,
                    seed: options.seed, userWeight: options.userWeight)
            }
        }
        evaluation = {
            switch corpus.format {
            case .text:
                let count = min(parts.validation.count, Self.evaluationLimit)
                return EvaluationWindows.text(try parts.validation.symbols(in: 0..<count))
            case .dialogue:
                var dialogues: [[Symbol]] = []
                var total = 0
                for index in parts.validation.dialogueStarts.indices
                where total < Self.evaluationLimit {
                    dialogues.append(try parts.validation.dialogue(index))
                    total += dialogues[dialogues.count - 1].count
                }
                return EvaluationWindows.dialogues(dialogues)
            }
        }
    }

    /// An endless source of dialogues, such as lessons.
    /// - Parameters:
    ///   - source: makes the training stream from a seed.
    ///   - validation: dialogues to evaluate on.
    public init(
        alphabet: Alphabet, hash: String, fileNames: [String], validation: [Dialogue],
        source: @escaping @Sendable (UInt64) -> any DialogueSource
    ) {
        self.alphabet = alphabet
        format = .dialogue
        self.hash = hash
        self.fileNames = fileNames
        characters = nil
        validatesOnTraining = false
        self.source = { options in
            DialogueWindows(
                source: source(options.seed), alphabet: alphabet, batch: options.batchSize,
                time: options.windowLength, userWeight: options.userWeight)
        }
        evaluation = {
            EvaluationWindows.dialogues(validation.map { $0.encoded(with: alphabet) })
        }
    }
}
