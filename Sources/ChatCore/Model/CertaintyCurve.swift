import Foundation

/// How often a model's replies are right, by the probability that it gave them: a logistic curve fitted to
/// held-out talk (Platt 1999). It is kept in the model's file and is no part of what the hash names: a
/// curve fitted anew changes no reply.
public struct CertaintyCurve: Sendable, Equatable, Codable {
    /// The log-odds of a reply that costs nothing.
    public var intercept: Double
    /// What a bit that the whole reply costs adds to the log-odds.
    public var wholeWeight: Double
    /// What a bit that its least likely symbol costs adds to them.
    public var weakestWeight: Double
    /// A reply below this certainty is marked; nil where no limit was found.
    public var limit: Double?

    /// A curve with the given weights; without a `limit` it marks no reply.
    public init(
        intercept: Double, wholeWeight: Double, weakestWeight: Double, limit: Double? = nil
    ) {
        self.intercept = intercept
        self.wholeWeight = wholeWeight
        self.weakestWeight = weakestWeight
        self.limit = limit
    }

    /// The share of such replies that are right, 0 to 1.
    /// - Parameters:
    ///   - bits: −log₂ of the probability of the whole reply.
    ///   - weakest: −log₂ of that of its least likely symbol.
    public func certainty(bits: Double, weakest: Double) -> Double {
        1 / (1 + exp(-(intercept + wholeWeight * bits + weakestWeight * weakest)))
    }

    /// Whether such a reply is marked.
    public func isUnsure(_ certainty: Double) -> Bool { limit.map { certainty < $0 } ?? false }

    /// A file may say anything.
    var isPossible: Bool {
        [intercept, wholeWeight, weakestWeight, limit ?? 0].allSatisfy(\.isFinite)
    }
}
