import ChatCore
import Foundation

/// A token of a reply with the odds that the exact engine gave it.
struct TokenOdds: Sendable {
    struct Alternative: Sendable {
        var text: String
        /// Natural logarithm of the probability.
        var logprob: Double
    }

    var text: String
    var logprob: Double
    var alternatives: [Alternative]
}

/// Gathers the odds of a reply's tokens. A character that the alphabet spells in several symbols is one token:
/// its logarithms are added up.
struct OddsRecorder {
    private let alphabet: Alphabet
    private let count: Int
    private var logprob = 0.0
    private var alternatives: [TokenOdds.Alternative] = []

    /// - Parameter count: alternatives of each token.
    init(alphabet: Alphabet, count: Int) {
        self.alphabet = alphabet
        self.count = count
    }

    /// The logits a symbol was chosen from, and the symbol.
    mutating func weigh(_ logits: [Float], _ symbol: Symbol) {
        let largest = Double(logits.max() ?? 0)
        let total = log(logits.reduce(0) { $0 + exp(Double($1) - largest) }) + largest
        logprob += Double(logits[Int(symbol)]) - total
        guard alternatives.isEmpty, count > 0 else { return }
        let order = logits.indices.sorted {
            logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1
        }
        alternatives = order.prefix(count).map {
            TokenOdds.Alternative(
                text: alphabet.decode([Symbol($0)]), logprob: Double(logits[$0]) - total)
        }
    }

    /// The token that ends with this piece; nothing where the piece is empty.
    mutating func token(_ piece: String) -> [TokenOdds] {
        guard !piece.isEmpty else { return [] }
        defer { (logprob, alternatives) = (0, []) }
        return [TokenOdds(text: piece, logprob: logprob, alternatives: alternatives)]
    }
}
