/// Lets a model write freely: no turns, no session, only text that goes on.
///
/// A model of plain text goes on from the prompt, or begins a line. A model of dialogues takes the prompt
/// as what the user says, replies, and goes on with whole turns, the user's drawn like its own: each on a
/// line of its own, what the user says after `>>> `.
public struct TextSampler {
    private let model: ChatModel
    private let engine: StepEngine

    /// - Parameter engine: one that was made for this model; nil makes one, which packs the weights.
    public init(model: ChatModel, engine: StepEngine? = nil) {
        self.model = model
        self.engine = engine ?? StepEngine(model.network)
    }

    /// Writes `count` characters (Unicode scalars; the line ends and prompts between turns not
    /// counted).
    /// - Parameter start: what the model remembers when it begins; nil: nothing.
    /// - Parameter emit: given each piece as it becomes certain, and "" now and then while a long prompt
    ///   is read; false stops.
    public func write(
        _ count: Int, after prompt: String, from start: RecurrentState? = nil,
        settings: SamplingSettings, random: inout RandomStream, emit: (String) -> Bool
    ) {
        guard count > 0 else { return }
        var state = start ?? model.network.freshState
        var logits: [Float] = []
        var spelling = ReplySpelling(model.alphabet)
        for (index, symbol) in opening(prompt).enumerated() {
            if index % 256 == 255, !emit("") { return }
            engine.step(symbol, state: &state, logits: &logits)
            spelling.take(symbol)
        }
        if model.format == .dialogue, !prompt.isEmpty, !emit("\n") { return }
        if model.format == .dialogue, prompt.isEmpty, !emit(">>> ") { return }

        var decoder = model.alphabet.makeDecoder()
        var remaining = count
        var isReplying = !prompt.isEmpty
        var hasText = !prompt.isEmpty
        let lineFeed = model.alphabet.symbol(of: "\n")
        // A model that spells without ever finishing a character must not run for ever.
        var patience = count < Int.max / 128 ? 64 * (count + 64) : Int.max
        while remaining > 0, patience > 0 {
            patience -= 1
            let symbol = Sampler.choose(
                logits: logits, settings: settings, random: &random,
                masked: { symbol in
                    if !spelling.allows(symbol) { return true }
                    // What a sample of text begins with is no empty line.
                    if model.format == .text {
                        return symbol <= Alphabet.endMark || !hasText && symbol == lineFeed
                    }
                    // Only one mark can end a turn, and nobody says nothing but the model.
                    return symbol == Alphabet.userMark
                        || symbol == (isReplying ? Alphabet.assistantMark : Alphabet.endMark)
                        || symbol == Alphabet.assistantMark && !hasText
                })
            spelling.take(symbol)
            let text = symbol <= Alphabet.endMark ? decoder.finish() : decoder.push(symbol)
            hasText = symbol > Alphabet.endMark || hasText
            let kept = String(String.UnicodeScalarView(text.unicodeScalars.prefix(remaining)))
            remaining -= kept.unicodeScalars.count
            let isTurnOver = symbol <= Alphabet.endMark
            let between = !isTurnOver || remaining == 0 ? "" : isReplying ? "\n>>> " : "\n"
            guard emit(kept + between) else { return }
            engine.step(symbol, state: &state, logits: &logits)
            guard isTurnOver else { continue }
            // A training dialogue never asks for the user's mark: it is given, as a chat gives it.
            if isReplying { engine.step(Alphabet.userMark, state: &state, logits: &logits) }
            isReplying.toggle()
            hasText = isReplying
        }
        guard spelling.isWhole else { return }
        let rest = decoder.finish().unicodeScalars.prefix(remaining)
        if !rest.isEmpty { _ = emit(String(String.UnicodeScalarView(rest))) }
    }

    /// What is read before the first character is drawn.
    private func opening(_ prompt: String) -> [Symbol] {
        let text = model.alphabet.encode(prompt)
        switch model.format {
        case .text: return text.isEmpty ? model.alphabet.encode("\n") : text
        case .dialogue:
            return [Alphabet.userMark] + (text.isEmpty ? [] : text + [Alphabet.assistantMark])
        }
    }
}
