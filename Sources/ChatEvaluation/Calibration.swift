/// Whether a model is as often right as it believes: predictions sorted by their probability into ten
/// bins, each with its mean probability and the share that came true.
///
/// Expected calibration error (Naeini et al. 2015): the mean distance between the two, each bin
/// counting as often as it was used. 0 is perfect.
package struct Calibration: Sendable, Equatable, Codable {
    /// Predictions of about the same probability.
    package struct Bin: Sendable, Equatable, Codable {
        /// Mean probability of the predictions, 0 to 1.
        package var confidence = 0.0
        /// Share of them that came true.
        package var accuracy = 0.0
        package var count = 0
    }

    /// From the least to the most probable; a bin that was not used has a count of 0.
    package private(set) var bins = [Bin](repeating: Bin(), count: Calibration.binCount)

    package static let binCount = 10

    package init() {}

    /// Counts a prediction of a probability, 0 to 1; one that is not a number counts as 0.
    package mutating func add(confidence: Double, isRight: Bool) {
        let confidence = confidence.isFinite ? confidence : 0
        let share = max(0, min(1, confidence))
        let place = min(Self.binCount - 1, Int(share * Double(Self.binCount)))
        bins[place].count += 1
        let part = 1 / Double(bins[place].count)
        bins[place].confidence += (confidence - bins[place].confidence) * part
        bins[place].accuracy += ((isRight ? 1 : 0) - bins[place].accuracy) * part
    }

    package var count: Int { bins.reduce(0) { $0 + $1.count } }

    /// Share of all predictions that came true.
    package var accuracy: Double {
        let right = bins.reduce(0) { $0 + $1.accuracy * Double($1.count) }
        return count == 0 ? 0 : right / Double(count)
    }

    package var expectedError: Double {
        let sum = bins.reduce(0) { $0 + abs($1.confidence - $1.accuracy) * Double($1.count) }
        return count == 0 ? 0 : sum / Double(count)
    }
}
