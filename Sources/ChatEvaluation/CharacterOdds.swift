import ChatCore
import Foundation

/// What the model could have said at one place, with the odds.
package struct CharacterOdds: Sendable, Equatable {
    /// One way to go on.
    package struct Alternative: Sendable, Equatable {
        /// The probability of its first symbol, 0 to 1.
        package var probability: Double
        /// How the reply begins to go on: the symbol and what would follow it, greedily.
        package var text: String
        /// It is the one that was taken.
        package var isTaken: Bool
    }

    /// What stands before the place.
    package var before: String
    /// Likeliest first; none with which no reply could go on.
    package var alternatives: [Alternative]
    /// Of the whole distribution at the place, in bits.
    package var entropy: Double

    /// Alternatives shown, and characters of each: as many as a wide terminal has room for.
    static let count = 6
    static let length = 100

    /// The odds of the first character of the reply to `question` in `state`.
    /// - Parameter shouldContinue: asked while the question is read.
    /// - Returns: nil when stopped.
    package static func opening(
        _ question: String, state: RecurrentState, generator: ReplyGenerator,
        shouldContinue: () -> Bool = { true }
    ) -> CharacterOdds? {
        var state = state
        let logits = Surprisal.score(
            generator.opening(question), state: &state, generator.engine, while: shouldContinue
        ).logits
        guard shouldContinue() else { return nil }
        return CharacterOdds(said: [], taken: nil, state: state, logits: logits, generator)
    }

    /// The odds at the place of `reply` where the model was least sure (the highest entropy).
    /// - Parameter state: before the turn.
    /// - Returns: nil for an empty reply, and when `shouldContinue` stopped it.
    package static func keyCharacter(
        of reply: String, to question: String, state: RecurrentState, generator: ReplyGenerator,
        shouldContinue: () -> Bool = { true }
    ) -> CharacterOdds? {
        var state = state
        var logits = Surprisal.score(
            generator.opening(question), state: &state, generator.engine, while: shouldContinue
        ).logits
        let symbols = generator.model.alphabet.encode(reply)
        var best: (entropy: Double, place: Int, state: RecurrentState, logits: [Float])?
        for (place, symbol) in symbols.enumerated() {
            guard shouldContinue() else { return nil }
            let entropy = Surprisal.entropy(Surprisal.probabilities(logits))
            if best.map({ entropy > $0.entropy }) ?? true { best = (entropy, place, state, logits) }
            generator.engine.step(symbol, state: &state, logits: &logits)
        }
        guard let best else { return nil }
        return CharacterOdds(
            said: Array(symbols[..<best.place]), taken: symbols[best.place], state: best.state,
            logits: best.logits, generator)
    }

    private init(
        said: [Symbol], taken: Symbol?, state: RecurrentState, logits: [Float],
        _ generator: ReplyGenerator
    ) {
        let probabilities = Surprisal.probabilities(logits)
        entropy = Surprisal.entropy(probabilities)
        var decoder = generator.model.alphabet.makeDecoder()
        before = said.reduce(into: "") { $0 += decoder.push($1) }
        var spelling = ReplySpelling(generator.model.alphabet)
        for symbol in said { spelling.take(symbol) }
        // What was taken stands there in any case: a reply that was imported may have it.
        let isMasked = generator.mask(first: said.isEmpty, spelling)
        let possible = probabilities.indices.filter {
            Symbol($0) == taken || !isMasked(Symbol($0))
        }
        var order = Array(
            possible.sorted {
                probabilities[$0] != probabilities[$1]
                    ? probabilities[$0] > probabilities[$1] : $0 < $1
            }.prefix(Self.count))
        if let taken, !order.contains(Int(taken)) { order[order.count - 1] = Int(taken) }
        alternatives = order.map { index in
            let symbol = Symbol(index)
            var decoder = decoder
            return Alternative(
                probability: probabilities[index],
                text: Self.continuation(symbol, &decoder, spelling, state, generator),
                isTaken: symbol == taken)
        }
    }

    /// What follows greedily when `symbol` is said, itself included; empty where it ends the reply.
    private static func continuation(
        _ symbol: Symbol, _ decoder: inout TextDecoder, _ spelling: ReplySpelling,
        _ state: RecurrentState, _ generator: ReplyGenerator
    ) -> String {
        var spelling = spelling
        var state = state
        var symbol = symbol
        var logits: [Float] = []
        var text = ""
        let end = generator.closing.first
        for _ in 0..<length * 3 {
            if symbol == end || symbol <= Alphabet.endMark { break }
            spelling.take(symbol)
            text += decoder.push(symbol)
            if text.count >= length { return String(text.prefix(length)) + "…" }
            generator.engine.step(symbol, state: &state, logits: &logits)
            symbol = Sampler.likeliest(logits, masked: generator.mask(first: false, spelling))
        }
        return spelling.isWhole ? text + decoder.finish() : text
    }
}
