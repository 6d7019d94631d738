import ChatCore

/// Where a training run stands. A character is one as a reader counts it, as in `TextEvaluation`: a Unicode
/// character of the text in NFC, or a mark between turns, however many symbols it is spelled with.
public struct TrainingProgress: Sendable, Equatable, Codable {
    /// Optimizer steps done.
    public var step = 0
    /// Characters trained on, counting repeats.
    public var characters = 0
    /// Symbols trained on, counting repeats; nil in a checkpoint of before symbols were told from characters,
    /// where everything else that says characters means symbols.
    public var symbols: Int? = 0
    /// Mean training loss since the last evaluation, nats per character.
    public var trainLoss = 0.0
    /// Validation loss of the last evaluation, nats per character.
    public var validationLoss: Double?
    /// Characters trained per second of training time; of a resumed run, in this part of it alone.
    public var charactersPerSecond = 0.0
    /// Seconds since the start, earlier runs of a resumed training included.
    public var elapsedSeconds = 0.0
    /// The share of the budget that is used, 0...1.
    public var fraction = 0.0
    /// The learning rate of the last step.
    public var learningRate = 0.0
    /// Whether this evaluation is the best so far.
    public var isBest = false

    /// A run that has not begun.
    public init() {}
}

extension TrainingProgress {
    /// One of before symbols were told from characters, its figures by the character.
    /// - Parameter symbolsPerCharacter: of what the run is judged by; at least 1.
    func inCharacters(_ symbolsPerCharacter: Double) -> TrainingProgress {
        guard symbols == nil else { return self }
        var progress = self
        progress.symbols = characters
        progress.characters = Int((Double(characters) / symbolsPerCharacter).rounded())
        progress.trainLoss *= symbolsPerCharacter
        progress.validationLoss = validationLoss.map { $0 * symbolsPerCharacter }
        progress.charactersPerSecond /= symbolsPerCharacter
        return progress
    }
}

/// What a run tells while it goes on.
public enum TrainingEvent: Sendable {
    /// After a step, a few times a second.
    case progress(TrainingProgress)
    /// After an evaluation, with the model as it is.
    case evaluation(TrainingProgress, LanguageModel)
    /// Now and then, and when the run ends for whatever reason: everything needed to resume it.
    case checkpoint(Checkpoint)
}
