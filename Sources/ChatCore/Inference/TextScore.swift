import Foundation

/// What a text cost a model that read it: −log₂ p of each symbol given all before it.
public struct TextScore: Sendable, Equatable {
    /// In bits, one a symbol; a character that the alphabet spells costs several.
    public let symbolBits: [Double]
    /// Unicode scalars of the text in NFC.
    public let characterCount: Int

    /// Bits of the whole text.
    public var bits: Double { symbolBits.reduce(0, +) }
    /// 0 for an empty text.
    public var bitsPerCharacter: Double {
        characterCount == 0 ? 0 : bits / Double(characterCount)
    }
}

extension ReplyGenerator {
    /// What `reply` costs as the answer to `user`, with the mark that ends it: the lower, the likelier.
    /// - Parameter state: before the turn; afterwards the state after the turn.
    public func score(
        reply: String, to user: String, state: inout RecurrentState
    ) -> TextScore {
        var logits: [Float] = []
        for symbol in opening(user) { engine.step(symbol, state: &state, logits: &logits) }
        return score(reply, closing: closing, after: &logits, state: &state)
    }

    /// What a running text costs from a state on. What the state ends with does not tell the odds of the next
    /// symbol, so a line end is read first, and the text is scored as the beginning of a line.
    /// - Parameter state: before the text; afterwards the state after it.
    public func score(_ text: String, state: inout RecurrentState) -> TextScore {
        var logits: [Float] = []
        for symbol in model.alphabet.encode("\n") {
            engine.step(symbol, state: &state, logits: &logits)
        }
        return score(text, closing: [], after: &logits, state: &state)
    }

    private func score(
        _ text: String, closing: [Symbol], after logits: inout [Float],
        state: inout RecurrentState
    ) -> TextScore {
        var costs: [Double] = []
        for symbol in model.alphabet.encode(text) + closing {
            costs.append(TextScore.bits(logits, of: symbol))
            engine.step(symbol, state: &state, logits: &logits)
        }
        return TextScore(
            symbolBits: costs, characterCount: Normalization.nfc(text).unicodeScalars.count)
    }
}

extension TextScore {
    /// −log₂ softmax(logits)[symbol], in 64-bit floats, the largest logit taken out first.
    package static func bits(_ logits: [Float], of symbol: Symbol) -> Double {
        let largest = Double(logits.max() ?? 0)
        let sum = logits.reduce(0.0) { $0 + exp(Double($1) - largest) }
        return (log(sum) + largest - Double(logits[Int(symbol)])) / log(2)
    }
}
