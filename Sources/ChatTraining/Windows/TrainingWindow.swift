import Foundation

/// One window of training data: `batch` lanes of `time` symbols.
///
/// Every array is `[time, batch]`, row-major: index `t * batch + b`.
package struct TrainingWindow: Sendable, Equatable {
    package let batch: Int
    package let time: Int
    /// The symbol read at each step.
    package var inputs: [Int32]
    /// The symbol that follows it, to be predicted.
    package var targets: [Int32]
    /// What the prediction counts: 0 where there is nothing to learn.
    package var weights: [Float]
    /// True where the recurrent state is set to zero before the input is read.
    package var resets: [Bool]

    /// A window of zeros, to be filled by a `WindowSource`.
    package init(batch: Int, time: Int) {
        precondition(batch > 0 && time > 0, "a window has at least one lane and one step")
        self.batch = batch
        self.time = time
        inputs = [Int32](repeating: 0, count: batch * time)
        targets = inputs
        weights = [Float](repeating: 0, count: batch * time)
        resets = [Bool](repeating: false, count: batch * time)
    }
}

/// An endless stream of training windows that can stop and go on exactly where it was.
///
/// Lane `b` of each window continues lane `b` of the window before.
package protocol WindowSource: Sendable {
    var batch: Int { get }
    var time: Int { get }

    /// Fills `window`, which has this source's shape.
    mutating func next(into window: inout TrainingWindow) throws

    /// Where the source stands; opaque, without the corpus itself.
    var position: Data { get }

    /// Goes on where `position` was taken from a source of the same corpus and settings.
    /// - Throws: `CorpusError.position` when it does not fit.
    mutating func restore(_ position: Data) throws

    /// Symbols that are predicted once an epoch; nil when the source has no end.
    var symbolsPerEpoch: Int? { get }
}
