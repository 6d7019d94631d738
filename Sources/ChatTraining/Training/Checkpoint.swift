import ChatCore

import struct Foundation.Data

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
