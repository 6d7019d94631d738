import ChatCore
import Foundation

/// What symbols cost: −log₂ of the probability that the model gave them, in bits.
package enum Surprisal {
    /// −log₂ softmax(logits)[symbol], in 64-bit floats, the largest logit taken out first.
    package static func bits(_ logits: [Float], of symbol: Symbol) -> Double {
        TextScore.bits(logits, of: symbol)
    }

    /// softmax(logits), in 64-bit floats.
    package static func probabilities(_ logits: [Float]) -> [Double] {
        let largest = Double(logits.max() ?? 0)
        let weights = logits.map { exp(Double($0) - largest) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    /// −Σ p log₂ p, in bits.
    package static func entropy(_ probabilities: [Double]) -> Double {
        probabilities.reduce(0) { $1 > 0 ? $0 - $1 * log2($1) : $0 }
    }

    /// The Kullback-Leibler divergence of `q` from `p` in bits: Σ p log₂(p / q).
    package static func divergence(_ p: [Double], from q: [Double]) -> Double {
        zip(p, q).reduce(0) { sum, pair in
            guard pair.0 > 0 else { return sum }
            return sum + pair.0 * log2(pair.0 / max(pair.1, .leastNormalMagnitude))
        }
    }

    /// Reads an exchange from `state` on, which goes on to the state after it.
    /// - Returns: Bits of what the user said and of the reply, each with the symbol that ends it; the
    ///   very first symbol, the mark that opens the turn, is given.
    package static func exchange(
        user: String, reply: String, state: inout RecurrentState, generator: ReplyGenerator
    ) -> (user: Double, reply: Double) {
        let said = score(generator.opening(user), state: &state, generator.engine)
        let replied = score(
            generator.model.alphabet.encode(reply) + generator.closing, after: said.logits,
            state: &state, generator.engine)
        return (said.bits.reduce(0, +), replied.bits.reduce(0, +))
    }

    /// What a reply cost in the state before the turn, its end with it: all of it, and its least likely
    /// symbol.
    /// - Parameter state: before the turn; goes on to the state after it.
    public static func reply(
        _ reply: String, to user: String, state: inout RecurrentState, generator: ReplyGenerator
    ) -> (bits: Double, weakest: Double) {
        let said = score(generator.opening(user), state: &state, generator.engine)
        let costs = score(
            generator.model.alphabet.encode(reply) + generator.closing, after: said.logits,
            state: &state, generator.engine
        ).bits
        return (costs.reduce(0, +), costs.max() ?? 0)
    }

    /// What each character of a reply cost in the state before the turn. A character that is spelled in
    /// several symbols costs their sum.
    package static func characters(
        of reply: String, to user: String, state: RecurrentState, generator: ReplyGenerator
    ) -> [CharacterSurprisal] {
        var state = state
        let said = score(generator.opening(user), state: &state, generator.engine)
        let symbols = generator.model.alphabet.encode(reply)
        let costs = score(symbols, after: said.logits, state: &state, generator.engine).bits
        var result: [CharacterSurprisal] = []
        var place = 0
        for character in Normalization.nfc(reply) {
            let end = min(
                costs.count, place + generator.model.alphabet.encode(String(character)).count)
            result.append(
                CharacterSurprisal(
                    character: String(character), bits: costs[place..<end].reduce(0, +)))
            place = end
        }
        return result
    }

    /// Costs of symbols in a row, and the logits after the last.
    /// - Parameters:
    ///   - logits: of the first symbol; nil: the first one is given and costs nothing.
    ///   - shouldContinue: asked now and then; false ends it early.
    static func score(
        _ symbols: [Symbol], after logits: [Float]? = nil, state: inout RecurrentState,
        _ engine: StepEngine, while shouldContinue: () -> Bool = { true }
    ) -> (bits: [Double], logits: [Float]) {
        var current = logits ?? []
        var costs: [Double] = []
        for (index, symbol) in symbols.enumerated() {
            if index % 256 == 255, !shouldContinue() { break }
            costs.append(current.isEmpty ? 0 : bits(current, of: symbol))
            engine.step(symbol, state: &state, logits: &current)
        }
        return (costs, current)
    }
}

/// A character of a reply and how much it surprised the model that said it.
package struct CharacterSurprisal: Sendable, Equatable {
    package var character: String
    package var bits: Double

    package init(character: String, bits: Double) {
        self.character = character
        self.bits = bits
    }
}
