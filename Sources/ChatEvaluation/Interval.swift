import ChatCore
import Foundation

/// A 95 % confidence interval.
public struct Interval: Sendable, Equatable, Codable {
    /// The lower end.
    public var low: Double
    /// The upper end.
    public var high: Double

    /// An interval between two values, `low` not above `high`.
    public init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }

    /// The interval of Wilson (1927) of the share of right answers; nil where nothing was asked.
    package static func ofShare(_ score: DialogueEvaluation.Score) -> Interval? {
        guard score.of > 0 else { return nil }
        let (z, count) = (1.959964, Double(score.of))
        let middle = (score.share + z * z / (2 * count)) / (1 + z * z / count)
        let variance = score.share * (1 - score.share) / count + z * z / (4 * count * count)
        let half = z * variance.squareRoot() / (1 + z * z / count)
        return Interval(low: max(0, middle - half), high: min(1, middle + half))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode(low)
        try container.encode(high)
    }

    public init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        low = try container.decode(Double.self)
        high = try container.decode(Double.self)
    }
}

/// The bootstrap (Efron 1979) of a ratio of sums: groups that belong together, a dialogue or a stretch
/// of text, are drawn with replacement, and the middle 95 % of the ratios are the interval.
package struct Bootstrap: Sendable {
    /// What one group adds to the ratio's two sums: bits and characters, right answers and questions.
    package struct Group: Sendable, Equatable {
        package var sum: Double
        package var count: Double

        package init(sum: Double, count: Double) {
            self.sum = sum
            self.count = count
        }
    }

    /// The interval of `sum / count` over all groups; nil for fewer than two groups with a count.
    /// The same groups and seed give the same interval.
    package static func interval(
        of groups: [Group], resamples: Int = 2_000, seed: UInt64 = 1
    ) -> Interval? {
        let groups = groups.filter { $0.count > 0 }
        guard groups.count > 1 else { return nil }
        var random = RandomStream(seed: seed)
        let ratios = (0..<resamples).map { _ -> Double in
            var sum = 0.0
            var count = 0.0
            for _ in groups.indices {
                let group = groups[random.index(below: groups.count)]
                sum += group.sum
                count += group.count
            }
            return sum / count
        }.sorted()
        let cut = resamples / 40
        return Interval(low: ratios[cut], high: ratios[resamples - 1 - cut])
    }
}
