import ChatCore

/// What follows some prompts, each from the fresh state.
struct CompletionText: Sendable {
    let prompts: [String]
    let drawing: StatelessReply.Drawing
    let ticket: Ticket

    /// Speaks the choices of the first prompt, then those of the next.
    /// - Throws: `RequestError.timeOver`, `CancellationError`.
    func speak(
        _ generator: ReplyGenerator, to speaker: Speech<StatelessReply.Beginning>.Speaker
    ) throws {
        let symbols = prompts.reduce(0) { $0 + generator.opening($1).count }
        speaker.begin(StatelessReply.Beginning(symbolCount: symbols, cachedCount: 0))
        let sampler =
            generator.model.format == .text
            ? TextSampler(model: generator.model, engine: generator.engine) : nil
        for (index, prompt) in prompts.enumerated() {
            for choice in 0..<drawing.choices {
                try ticket.check()
                var random = RandomStream(seed: drawing.settings.seed, branch: UInt64(choice))
                var spoken = SpokenText(stops: drawing.stops)
                let place = index * drawing.choices + choice
                func hear(_ piece: String) -> Bool {
                    let text = spoken.hear(piece)
                    if !text.isEmpty { speaker.piece(text, choice: place) }
                    return !spoken.isStopped && ticket.goesOn
                }
                var finishReason = FinishReason.limit
                var state = generator.freshState
                if let sampler {
                    sampler.write(
                        drawing.settings.lengthLimit, after: prompt,
                        settings: drawing.settings.sampling, random: &random, emit: hear)
                } else {
                    let reply = generator.reply(
                        to: prompt, state: &state, random: &random,
                        settings: drawing.settings.sampling,
                        lengthLimit: drawing.settings.lengthLimit, emit: hear)
                    finishReason = reply?.finishReason ?? .interrupted
                }
                let rest = spoken.end()
                if !rest.isEmpty { speaker.piece(rest, choice: place) }
                speaker.end(
                    SpokenReply(
                        text: spoken.text,
                        finishReason: spoken.isStopped ? .interrupted : finishReason,
                        symbolCount: generator.model.alphabet.encode(spoken.text).count,
                        isStopped: spoken.isStopped),
                    choice: place)
            }
        }
    }
}

/// A text as it is shown, up to a stop string.
struct SpokenText {
    private var stops: StopStrings
    private(set) var text = ""

    init(stops: [String]) { self.stops = StopStrings(stops) }

    var isStopped: Bool { stops.isMet }

    /// Takes a piece; returns what is to be shown of it.
    mutating func hear(_ piece: String) -> String {
        let shown = stops.feed(piece)
        text += shown
        return shown
    }

    /// What was held back.
    mutating func end() -> String {
        let rest = stops.rest()
        text += rest
        return rest
    }
}
