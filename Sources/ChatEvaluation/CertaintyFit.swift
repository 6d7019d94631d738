import ChatCore
import Foundation

/// Fits a certainty curve to replies that were judged, and says what it is worth on others.
package struct CertaintyFit: Sendable, Equatable, Codable {
    /// A reply as the model saw it, and whether it was right.
    package struct Observation: Sendable, Equatable {
        /// −log₂ of the probability of the whole reply, and of its least likely symbol.
        package var bits: Double
        package var weakest: Double
        package var isRight: Bool

        package init(bits: Double, weakest: Double, isRight: Bool) {
            self.bits = bits
            self.weakest = weakest
            self.isRight = isRight
        }
    }

    /// Of the replies at or above a certainty: how many of all, and how many of them are right.
    package struct Point: Sendable, Equatable, Codable {
        package var certainty: Double
        package var answered: Double
        package var right: Double
    }

    package let curve: CertaintyCurve
    /// On replies that the curve was not fitted to.
    package let calibration: Calibration
    package let atLimit: Point?
    /// From all replies to the surest tenth, by tenths.
    package let points: [Point]

    /// - Parameters:
    ///   - fitted: replies that the curve is fitted to.
    ///   - others: replies that it is judged by.
    ///   - wanted: the share of right replies wanted at or above the limit.
    /// - Returns: nil where the replies are too few or all alike.
    package init?(_ fitted: [Observation], judgedBy others: [Observation], wanted: Double = 0.95) {
        let right = fitted.count(where: \.isRight)
        guard fitted.count >= 20, right > 0, right < fitted.count, !others.isEmpty,
            var curve = Self.curve(fitted)
        else { return nil }
        let scored = Self.scored(fitted, curve)
        curve.limit = Self.limit(scored, wanted: wanted)
        self.curve = curve
        let judged = Self.scored(others, curve)
        var calibration = Calibration()
        for reply in judged { calibration.add(confidence: reply.certainty, isRight: reply.isRight) }
        self.calibration = calibration
        points = (1...10).reversed().map { tenth in
            Self.point(judged.prefix(max(1, judged.count * tenth / 10)), of: judged.count)
        }
        atLimit = curve.limit.map { limit in
            var point = Self.point(judged.prefix { $0.certainty >= limit }, of: judged.count)
            point.certainty = limit
            return point
        }
    }

    private typealias Scored = (certainty: Double, isRight: Bool)

    /// The surest first.
    private static func scored(_ replies: [Observation], _ curve: CertaintyCurve) -> [Scored] {
        replies.map { (curve.certainty(bits: $0.bits, weakest: $0.weakest), $0.isRight) }
            .sorted { $0.certainty > $1.certainty }
    }

    private static func point(_ replies: ArraySlice<Scored>, of count: Int) -> Point {
        let right = replies.count(where: \.isRight)
        return Point(
            certainty: replies.last?.certainty ?? 1,
            answered: Double(replies.count) / Double(count),
            right: replies.isEmpty ? 1 : Double(right) / Double(replies.count))
    }

    /// The lowest certainty at and above which the wanted share is right; nil where there is none, or where
    /// fewer than a tenth of the replies would be above it.
    private static func limit(_ replies: [Scored], wanted: Double) -> Double? {
        var right = 0
        var limit: Double?
        for (index, reply) in replies.enumerated() {
            if reply.isRight { right += 1 }
            let isLastOfItsKind =
                index + 1 == replies.count || replies[index + 1].certainty < reply.certainty
            if isLastOfItsKind, 10 * (index + 1) >= replies.count,
                Double(right) >= wanted * Double(index + 1)
            {
                limit = reply.certainty
            }
        }
        return limit
    }

    /// Maximum likelihood by Newton's method, the two weights held a little towards 0; neither may say that
    /// a less likely reply is surer.
    static func curve(_ replies: [Observation]) -> CertaintyCurve? {
        let both = solve(replies.map { [1, $0.bits, $0.weakest] }, replies.map(\.isRight))
        if let both, both[1] <= 0, both[2] <= 0 {
            return CertaintyCurve(intercept: both[0], wholeWeight: both[1], weakestWeight: both[2])
        }
        let whole = solve(replies.map { [1, $0.bits] }, replies.map(\.isRight))
        return whole.map {
            CertaintyCurve(intercept: $0[0], wholeWeight: min(0, $0[1]), weakestWeight: 0)
        }
    }

    private static func solve(_ rows: [[Double]], _ right: [Bool]) -> [Double]? {
        let size = rows[0].count
        var weights = [Double](repeating: 0, count: size)
        for _ in 0..<50 {
            var gradient = weights.enumerated().map { $0.offset == 0 ? 0 : -ridge * $0.element }
            var hessian = (0..<size).map { i in
                (0..<size).map { i == $0 ? (i == 0 ? 1e-9 : ridge) : 0 }
            }
            for (row, isRight) in zip(rows, right) {
                let sum = zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 }
                let p = 1 / (1 + exp(-sum))
                for i in 0..<size {
                    gradient[i] += row[i] * ((isRight ? 1 : 0) - p)
                    for j in 0..<size { hessian[i][j] += row[i] * row[j] * max(1e-6, p * (1 - p)) }
                }
            }
            guard let step = eliminated(hessian, gradient) else { return nil }
            for i in 0..<size { weights[i] += max(-4, min(4, step[i])) }
            if step.allSatisfy({ abs($0) < 1e-9 }) { break }
        }
        return weights.allSatisfy(\.isFinite) ? weights : nil
    }

    private static let ridge = 1e-3

    /// Solves a small symmetric system by Gaussian elimination with pivots.
    private static func eliminated(_ matrix: [[Double]], _ vector: [Double]) -> [Double]? {
        var rows = zip(matrix, vector).map { $0 + [$1] }
        let size = rows.count
        for column in 0..<size {
            guard
                let pivot = (column..<size).max(by: {
                    abs(rows[$0][column]) < abs(rows[$1][column])
                }), abs(rows[pivot][column]) > 1e-12
            else { return nil }
            rows.swapAt(column, pivot)
            for row in 0..<size where row != column {
                let factor = rows[row][column] / rows[column][column]
                for place in column...size { rows[row][place] -= factor * rows[column][place] }
            }
        }
        return (0..<size).map { rows[$0][size] / rows[$0][$0] }
    }
}

extension CertaintyFit {
    /// The replies of a model to dialogue sets, greedy and with its session, judged by what the sets accept.
    /// - Parameter progress: called after each dialogue; false stops.
    /// - Returns: by dialogue, in order; nil when stopped.
    /// - Throws: `DialogueSetError.line` for a pattern that takes too much work to match.
    package static func observations(
        _ sets: [DialogueSet], model: ChatModel, lengthLimit: Int = 400,
        progress: () -> Bool = { true }
    ) throws -> [[Observation]]? {
        let generator = ReplyGenerator(model: model)
        var random = RandomStream(seed: 0)
        var all: [[Observation]] = []
        for entry in sets.flatMap(\.entries) {
            var state = generator.freshState
            var observations: [Observation] = []
            for turn in entry.turns {
                var before = state
                let reply =
                    generator.reply(
                        to: turn.user, state: &state, random: &random, settings: .greedy,
                        lengthLimit: lengthLimit)?.text ?? ""
                let cost = Surprisal.reply(
                    reply, to: turn.user, state: &before, generator: generator)
                observations.append(
                    Observation(
                        bits: cost.bits, weakest: cost.weakest, isRight: try turn.isRight(reply)))
            }
            all.append(observations)
            guard progress() else { return nil }
        }
        return all
    }
}
