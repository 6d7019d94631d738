import ChatCore

import struct Foundation.Data

/// Where a training run stands. A character here is a symbol of the alphabet: a Hangul syllable counts as
/// the two or three letters it is spelled with, where `evaluate text` counts it once.
public struct TrainingProgress: Sendable, Equatable, Codable {
    /// Optimizer steps done.
    public var step = 0
    /// Characters trained on, counting repeats.
    public var characters = 0
    /// Mean training loss since the last evaluation, nats per character.
    public var trainLoss = 0.0
    /// Validation loss of the last evaluation, nats per character.
    public var validationLoss: Double?
    /// Characters trained a second of training time, in this run alone where it was resumed.
    public var charactersPerSecond = 0.0
    /// Seconds since the start, earlier runs of a resumed training included.
    public var elapsedSeconds = 0.0
    /// The part of the budget that is used, 0...1.
    public var fraction = 0.0
    public var learningRate = 0.0
    /// Whether this evaluation is the best so far.
    public var isBest = false

    public init() {}
}

/// What a run tells while it goes on.
public enum TrainingEvent: Sendable {
    /// After a step, a few times a second.
    case progress(TrainingProgress)
    /// After an evaluation, with the model as it is.
    case evaluation(TrainingProgress, LanguageModel)
    /// Now and then, and when the run ends in any way: everything needed to go on.
    case checkpoint(Checkpoint)
}

/// Why a run ended.
public enum TrainingEnd: String, Sendable, Equatable, Codable {
    case budgetUsed, earlyStop, interrupted, diverged
}

/// What a run leaves.
public struct TrainingOutcome: Sendable {
    public var end: TrainingEnd
    /// The weights with the best validation loss.
    public var model: LanguageModel
    public var progress: TrainingProgress
    public var bestValidationLoss: Double?
    /// Every evaluation, in order.
    public var history: [TrainingProgress]
}

/// A run that can go on exactly where it was: the next step comes out the same, bit for bit.
public struct Checkpoint: Sendable {
    public var options: TrainingOptions
    public var configuration: ModelConfiguration
    public var alphabet: Alphabet
    public var corpusHash: String
    public var progress: TrainingProgress
    public var history: [TrainingProgress]
    /// [parameter count], as are the moments and the best weights.
    public var parameters: [Float]
    public var firstMoment: [Float]
    public var secondMoment: [Float]
    public var bestParameters: [Float]
    public var bestValidationLoss: Double?
    public var evaluationsSinceBest: Int
    /// Nats a character, summed over `lossCount` steps since the last evaluation.
    public var lossSum: Double
    public var lossCount: Int
    /// Recurrent state of every lane, [batchSize, stateSize].
    public var laneStates: [Float]
    /// Where the windows stand, as their source tells it.
    public var position: Data
}
