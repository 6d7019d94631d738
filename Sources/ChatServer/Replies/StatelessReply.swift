import ChatCore

/// A reply that belongs to no session: the past comes with the request.
struct StatelessReply: Sendable {
    /// How the reply is drawn.
    struct Drawing: Sendable {
        var settings: SessionSettings
        var stops: [String] = []
        var choices = 1
        /// Alternatives of each token; nil: no odds.
        var alternatives: Int?
    }

    /// What was read before the reply begins.
    struct Beginning: Sendable {
        /// Symbols of the past and of the question.
        var symbolCount: Int
        /// Of those, symbols of a past whose state was known.
        var cachedCount: Int
    }

    let drawing: Drawing
    let ticket: Ticket

    /// Reads a conversation, from the longest beginning whose state is known, and makes its choices.
    /// - Throws: `RequestError.timeOver`, `CancellationError`.
    func speak(
        _ conversation: Conversation, _ generator: ReplyGenerator, known: PastStates,
        to speaker: Speech<Beginning>.Speaker
    ) throws {
        let keys = conversation.keys()
        let found = known.longest(keys)
        var entry =
            found?.entry ?? PastStates.Entry(state: generator.freshState, symbolCount: 0)
        let cached = entry.symbolCount
        for index in (found?.index ?? 0)..<conversation.past.count {
            let (user, reply) = conversation.past[index]
            try ticket.check()
            guard
                generator.read(
                    user: user, reply: reply, state: &entry.state, while: { ticket.goesOn })
            else {
                try ticket.check()
                return
            }
            entry.symbolCount += symbols(user, reply, generator)
        }
        if !conversation.past.isEmpty { known.insert(entry, for: keys[keys.count - 1]) }
        let opening = generator.opening(conversation.question).count
        speaker.begin(
            Beginning(symbolCount: entry.symbolCount + opening, cachedCount: cached))
        for choice in 0..<drawing.choices {
            var state = entry.state
            let reply = try choose(
                choice, conversation.question, &state, generator, speaker)
            guard !reply.isStopped, reply.finishReason != .interrupted else { continue }
            known.insert(
                PastStates.Entry(
                    state: state,
                    symbolCount: entry.symbolCount
                        + symbols(conversation.question, reply.text, generator)),
                for: keys[keys.count - 1].followed(by: conversation.question, reply.text))
        }
    }

    /// A question asked of a state, once; the state is the caller's.
    /// - Throws: as `speak`.
    func speak(
        _ question: String, from state: RecurrentState, _ generator: ReplyGenerator,
        to speaker: Speech<Beginning>.Speaker
    ) throws {
        speaker.begin(
            Beginning(symbolCount: generator.opening(question).count, cachedCount: 0))
        for choice in 0..<drawing.choices {
            var state = state
            _ = try choose(choice, question, &state, generator, speaker)
        }
    }

    /// One choice; each is drawn from a random stream of its own.
    private func choose(
        _ choice: Int, _ question: String, _ state: inout RecurrentState,
        _ generator: ReplyGenerator, _ speaker: Speech<Beginning>.Speaker
    ) throws -> SpokenReply {
        var random = RandomStream(seed: drawing.settings.seed, branch: UInt64(choice))
        var heard = SpokenText(stops: drawing.stops)
        var odds = drawing.alternatives.map {
            OddsRecorder(alphabet: generator.model.alphabet, count: $0)
        }
        func show(_ text: String, _ tokens: [TokenOdds]) {
            if !text.isEmpty { speaker.piece(text, odds: tokens, choice: choice) }
        }
        let reply = generator.reply(
            to: question, state: &state, random: &random, settings: drawing.settings.sampling,
            lengthLimit: drawing.settings.lengthLimit,
            emit: { piece in
                show(heard.hear(piece), odds?.token(piece) ?? [])
                return !heard.isStopped && ticket.goesOn
            }, weigh: odds == nil ? nil : { odds?.weigh($0, $1) })
        guard let reply else {
            try ticket.check()
            throw CancellationError()
        }
        show(heard.end(), [])
        let spoken = SpokenReply(
            text: heard.text, finishReason: reply.finishReason, symbolCount: reply.symbolCount,
            isStopped: heard.isStopped)
        speaker.end(spoken, choice: choice)
        return spoken
    }

    private func symbols(_ user: String, _ reply: String, _ generator: ReplyGenerator) -> Int {
        generator.opening(user).count + generator.model.alphabet.encode(reply).count
            + generator.closing.count
    }
}
