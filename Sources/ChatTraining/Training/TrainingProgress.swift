import ChatCore

import struct Foundation.Data

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

/// A run that can be resumed exactly where it was: the next step comes out the same, bit for bit.
public struct Checkpoint: Sendable {
    /// How the run trains.
    public var options: TrainingOptions
    /// The model's shape.
    public var configuration: ModelConfiguration
    /// The corpus's alphabet.
    public var alphabet: Alphabet
    /// The corpus's hash: a run can only be resumed with the same corpus.
    public var corpusHash: String
    /// Where the run stands.
    public var progress: TrainingProgress
    /// Every evaluation so far, in order.
    public var history: [TrainingProgress]
    /// [parameter count], as are the moments and the best weights.
    package var parameters: [Float]
    package var firstMoment: [Float]
    package var secondMoment: [Float]
    package var bestParameters: [Float]
    package var bestValidationLoss: Double?
    package var evaluationsSinceBest: Int
    /// Nats a symbol, summed over `lossCount` steps since the last evaluation.
    package var lossSum: Double
    package var lossCount: Int
    /// Symbols and characters of those steps; nil in a checkpoint of before they were told apart.
    package var targets: TargetCharacters?
    /// Recurrent state of every lane, [batchSize, stateSize].
    package var laneStates: [Float]
    /// The position in the windows, in the form of their source.
    package var position: Data
}
