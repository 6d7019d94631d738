import ChatCore

/// Why a run ended.
public enum TrainingEnd: String, Sendable, Equatable, Codable {
    /// The budget was used up.
    case budgetUsed
    /// As many evaluations as the patience allows were no better than the best.
    case earlyStop
    /// The caller stopped it.
    case interrupted
    /// The loss was NaN, or far above that of guessing.
    case diverged
}

/// The result of a run.
public struct TrainingOutcome: Sendable {
    /// Why it ended.
    public var end: TrainingEnd
    /// The weights with the best validation loss.
    public var model: LanguageModel
    /// Where it stood at the end.
    public var progress: TrainingProgress
    /// The lowest validation loss, nats per character; nil without an evaluation.
    public var bestValidationLoss: Double?
    /// Every evaluation, in order.
    public var history: [TrainingProgress]
}

extension TrainingRecord {
    /// What a run leaves on record.
    /// - Parameter earlier: the record of the pretrained model.
    public init(
        _ outcome: TrainingOutcome, of data: TrainingData, options: TrainingOptions,
        after earlier: TrainingRecord? = nil
    ) {
        self.init()
        corpus = data.fileNames
        corpusHash = data.hash
        seed = options.seed
        steps = (earlier?.steps ?? 0) + outcome.progress.step
        let trained = outcome.progress
        symbols = (earlier.map { $0.symbols ?? $0.characters } ?? 0) + (trained.symbols ?? 0)
        characters = (earlier?.characters ?? 0) + trained.characters
        // What counted symbols under the name of characters is put in characters at the rate of this run.
        if let earlier, earlier.symbols == nil, let symbols = trained.symbols, symbols > 0 {
            let share = Double(trained.characters) / Double(symbols)
            characters = trained.characters + Int((Double(earlier.characters) * share).rounded())
        }
        seconds = (earlier?.seconds ?? 0) + outcome.progress.elapsedSeconds
        validationLoss = outcome.bestValidationLoss
        peakLearningRate = options.peakLearningRate
        batchSize = options.batchSize
        windowLength = options.windowLength
        dropout = options.dropout > 0 ? options.dropout : nil
        // A run that did not teach it does not undo what an earlier run taught.
        fill = options.fill > 0 ? options.fill : earlier?.fill
    }
}

extension TrainingOutcome {
    /// The trained model, ready to chat and to save, with what it was trained on and how.
    /// - Parameters:
    ///   - compact: rounds its values to bfloat16: a file of half the size.
    ///   - earlier: the record of the pretrained model.
    public func chatModel(
        _ data: TrainingData, options: TrainingOptions, compact: Bool = false,
        after earlier: TrainingRecord? = nil
    ) throws -> ChatModel {
        try ChatModel(
            network: compact ? model.roundedToBFloat16 : model, alphabet: data.alphabet,
            format: data.format,
            training: TrainingRecord(self, of: data, options: options, after: earlier),
            topics: data.topics)
    }
}
