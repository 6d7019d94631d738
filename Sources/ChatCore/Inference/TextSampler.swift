/// Lets a model write freely: no turns, no session, only text that goes on.
///
/// A model of plain text goes on from the prompt, or from the start of a line. A model of dialogues
/// takes the prompt as what the user says and goes on with the reply and further exchanges, each on a
/// line of its own, what the user says after `>>> `.
public struct TextSampler {
    private let model: ChatModel
    private let engine: StepEngine

    public init(model: ChatModel) {
        self.model = model
        engine = StepEngine(model.network)
    }

    /// Writes `count` characters (Unicode scalars; the line ends and prompts between turns not
    /// counted).
    /// - Parameter emit: given each piece as it becomes certain, and "" now and then while a long prompt
    ///   is read; false stops.
    public func write(
        _ count: Int, after prompt: String, settings: SamplingSettings,
        random: inout RandomStream, emit: (String) -> Bool
    ) {
        guard count > 0 else { return }
        var state = model.network.freshState
        var logits: [Float] = []
        for (index, symbol) in opening(prompt).enumerated() {
            if index % 256 == 255, !emit("") { return }
            engine.step(symbol, state: &state, logits: &logits)
        }
        if model.format == .dialogue, !prompt.isEmpty, !emit("\n") { return }
        if model.format == .dialogue, prompt.isEmpty, !emit(">>> ") { return }

        var decoder = model.alphabet.makeDecoder()
        var remaining = count
        // A model that spells without ever finishing a character must not run for ever.
        var patience = count < Int.max / 128 ? 64 * (count + 64) : Int.max
        while remaining > 0, patience > 0 {
            patience -= 1
            let symbol = Sampler.choose(
                logits: logits, settings: settings, random: &random, masked: isMasked)
            let text = symbol <= Alphabet.endMark ? decoder.finish() : decoder.push(symbol)
            let kept = String(String.UnicodeScalarView(text.unicodeScalars.prefix(remaining)))
            remaining -= kept.unicodeScalars.count
            guard emit(kept + (remaining > 0 ? between(symbol) : "")) else { return }
            engine.step(symbol, state: &state, logits: &logits)
        }
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

    /// How a turn mark is shown.
    private func between(_ symbol: Symbol) -> String {
        switch symbol {
        case Alphabet.userMark: ">>> "
        case Alphabet.assistantMark, Alphabet.endMark: "\n"
        default: ""
        }
    }

    private func isMasked(_ symbol: Symbol) -> Bool {
        model.format == .text && symbol <= Alphabet.endMark
    }
}
