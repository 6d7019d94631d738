/// Fills a gap in a text: what comes before it and what follows are given, the rest is made up.
///
/// A recurrent model reads one way, so what follows is read first, and what comes before stands right before
/// what is made (fill-in-the-middle, Bavarian et al. 2022). Only a model of plain text that learned to do so
/// can (`TrainingRecord.fill`).
package struct TextFill {
    private let model: ChatModel
    private let engine: StepEngine

    /// - Parameter engine: one that was made for this model; nil makes one, which packs the weights.
    package init(model: ChatModel, engine: StepEngine? = nil) {
        self.model = model
        self.engine = engine ?? StepEngine(model.network)
    }

    /// Whether a model learned it.
    package static func isKnown(to model: ChatModel) -> Bool {
        model.format == .text && model.training?.fill != nil
    }

    /// What is read before the first character is made; a state that remembers nothing comes before it.
    package func opening(before: String, after: String) -> [Symbol] {
        [Alphabet.userMark] + model.alphabet.encode(after) + [Alphabet.assistantMark]
            + model.alphabet.encode(before)
    }

    /// Writes what stands between two pieces of text; either may be empty.
    /// - Parameters:
    ///   - limit: most characters (Unicode scalars) that are made.
    ///   - emit: given each piece as it becomes certain, and "" now and then while a long text is read;
    ///     false stops.
    /// - Returns: Whether the model found an end of its own.
    @discardableResult
    package func write(
        between before: String, and after: String, limit: Int, settings: SamplingSettings,
        random: inout RandomStream, emit: (String) -> Bool
    ) -> Bool {
        var state = model.network.freshState
        var logits: [Float] = []
        var spelling = ReplySpelling(model.alphabet)
        for (index, symbol) in opening(before: before, after: after).enumerated() {
            if index % 256 == 255, !emit("") { return false }
            engine.step(symbol, state: &state, logits: &logits)
            spelling.take(symbol)
        }
        var decoder = model.alphabet.makeDecoder()
        var remaining = limit
        // A model that spells without ever finishing a character must not run for ever.
        var patience = limit < Int.max / 128 ? 64 * (limit + 64) : Int.max
        var hasEnded = false
        while remaining > 0, patience > 0 {
            patience -= 1
            let symbol = Sampler.choose(
                logits: logits, settings: settings, random: &random,
                masked: { !spelling.allows($0) || $0 < Alphabet.endMark })
            if symbol == Alphabet.endMark {
                hasEnded = true
                break
            }
            spelling.take(symbol)
            let text = decoder.push(symbol).unicodeScalars.prefix(remaining)
            remaining -= text.count
            guard emit(String(String.UnicodeScalarView(text))) else { return false }
            engine.step(symbol, state: &state, logits: &logits)
        }
        if spelling.isWhole {
            let rest = decoder.finish().unicodeScalars.prefix(remaining)
            if !rest.isEmpty { _ = emit(String(String.UnicodeScalarView(rest))) }
        }
        return hasEnded
    }

    /// What the true middle costs with both sides known, and with the left side alone, read as the beginning of
    /// a line: −log₂ p of its symbols in each, in bits.
    package func cost(of middle: String, between before: String, and after: String) -> (
        both: Double, left: Double
    ) {
        let symbols = model.alphabet.encode(middle)
        func bits(after opening: [Symbol]) -> Double {
            var state = model.network.freshState
            var logits: [Float] = []
            for symbol in opening { engine.step(symbol, state: &state, logits: &logits) }
            var total = 0.0
            for symbol in symbols {
                total += TextScore.bits(logits, of: symbol)
                engine.step(symbol, state: &state, logits: &logits)
            }
            return total
        }
        return (
            bits(after: opening(before: before, after: after)),
            bits(after: model.alphabet.encode("\n" + before))
        )
    }
}
