import ChatCore
import Foundation

/// A token of a reply with the odds that the exact engine gave it.
package struct TokenOdds: Sendable {
    package struct Alternative: Sendable {
        package var text: String
        /// Natural logarithm of the probability.
        package var logprob: Double
    }

    package var text: String
    package var logprob: Double
    package var alternatives: [Alternative]
}

/// Gathers the odds of a reply's tokens. Each character (Unicode scalar) is one token: where the alphabet spells
/// it in several symbols their logarithms are added up, and the alternatives are those of its first symbol.
package struct OddsRecorder {
    /// What a symbol was chosen with.
    private struct Choice {
        var symbol: Symbol
        var logprob: Double
        var alternatives: [TokenOdds.Alternative]
    }

    private let alphabet: Alphabet
    private let count: Int
    /// Of symbols whose characters have not been emitted yet. A syllable that may still take a consonant is
    /// held back, and by the time it is emitted the next character's symbol has been chosen.
    private var waiting: [Choice] = []

    /// - Parameter count: alternatives of each token.
    package init(alphabet: Alphabet, count: Int) {
        self.alphabet = alphabet
        self.count = count
    }

    /// The logits a symbol was chosen from, and the symbol.
    package mutating func weigh(_ logits: [Float], _ symbol: Symbol) {
        let largest = Double(logits.max() ?? 0)
        let total = log(logits.reduce(0) { $0 + exp(Double($1) - largest) }) + largest
        var choice = Choice(
            symbol: symbol, logprob: Double(logits[Int(symbol)]) - total, alternatives: [])
        if count > 0 {
            let order = logits.indices.sorted {
                logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1
            }
            choice.alternatives = order.prefix(count).map {
                TokenOdds.Alternative(
                    text: alphabet.decode([Symbol($0)]), logprob: Double(logits[$0]) - total)
            }
        }
        waiting.append(choice)
    }

    /// The tokens of this piece, in order; none where it is empty.
    package mutating func token(_ piece: String) -> [TokenOdds] {
        piece.unicodeScalars.map { scalar in
            let own = waiting.prefix(spelledCount(scalar))
            defer { waiting.removeFirst(own.count) }
            return TokenOdds(
                text: String(scalar), logprob: own.reduce(0) { $0 + $1.logprob },
                alternatives: own.first?.alternatives ?? [])
        }
    }

    /// How many of the waiting symbols spell a character: as the alphabet would have it, or else, as a model may
    /// do, in half-bytes.
    private func spelledCount(_ scalar: Unicode.Scalar) -> Int {
        let usual = alphabet.encode(String(scalar))
        return waiting.prefix(usual.count).map(\.symbol) == usual
            ? usual.count : 2 * String(scalar).utf8.count
    }
}
