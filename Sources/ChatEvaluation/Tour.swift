import ChatCore
import ChatSearch

/// One character on its way from the key to a reply, and what is remembered of it, in the numbers of a
/// model: every value is computed from the model that is given.
package struct Tour: Sendable, Equatable {
    /// A symbol and how likely it is the next, 0 to 1.
    package struct Odds: Sendable, Equatable {
        package let symbol: Symbol
        package let share: Double
    }

    /// A symbol with which the reply may begin, and its share of the odds at each of `temperatures`.
    package struct Beginning: Sendable, Equatable {
        package let symbol: Symbol
        package let shares: [Double]
    }

    /// The reply to the message, as it is drawn at a temperature with a seed.
    package struct Drawing: Sendable, Equatable {
        package let temperature: Double
        package let seed: UInt64
        package let reply: String
    }

    /// Something is told, then something is asked: by a session, and of a fresh state.
    package struct Conversation: Sendable, Equatable {
        package let told, answer, asked: String
        package let withSession, fresh: String
        /// What the session's reply costs with the session's state and with a fresh one.
        package let bitsWithSession, bitsFresh: Double
    }

    /// What search says to a question.
    package struct Found: Sendable, Equatable {
        package let question: String
        package let answer: String
        /// The entry that it is taken from; nil where nothing was found.
        package let entry: String?
        /// It says the same again when what is told has been asked of it in between.
        package let isTheSameAfterTelling: Bool
    }

    /// What was said in `conversation`, kept as a transcript and made anew from it.
    package struct Proof: Sendable, Equatable {
        package let report: Replay.Report
        /// Lines of the transcript, and the hash of the last.
        package let lines: Int
        package let hash: String
    }

    /// What is typed, in NFC.
    package let message: String
    /// The first character of that, which is followed, and how the alphabet spells it.
    package let character: Character
    package let symbols: [Symbol]
    /// The vector of each of these symbols, as the first layer reads it.
    package let vectors: [[Float]]
    /// The learned characters whose vectors are nearest in direction to that of the first symbol.
    package let nearest: [Symbol]
    /// The state before the character and after it.
    package let change: StateDifference
    /// The likeliest symbols after the character.
    package let next: [Odds]
    /// Symbols of the message with what stands around it.
    package let openingCount: Int
    package let beginnings: [Beginning]
    package let drawings: [Drawing]
    /// The second of the drawings, character by character; what it costs, its end with it; and the share of
    /// such replies that are right, where that was measured.
    package let written: [CharacterSurprisal]
    package let writtenBits: Double
    package let certainty: Double?
    package let conversation: Conversation
    /// Nil where there is nothing to search.
    package let found: [Found]?
    package let proof: Proof

    package static let temperatures = [0, 0.2, 1]
    /// Symbols shown of odds, and characters that are near.
    static let count = 5
    static let nearestCount = 3
    private static let draws: [(temperature: Double, seed: UInt64)] = [
        (0, 1), (0.2, 1), (1, 1), (1, 2),
    ]

    /// What is typed where nobody says: in a language that the model has letters of.
    package static func usualMessage(for model: ChatModel) -> String {
        let isKorean =
            model.alphabet.symbol(of: "e") == nil && model.alphabet.symbol(of: "\u{1112}") != nil
        switch model.format {
        case .dialogue: return isKorean ? "프랑스의 수도는 어디예요?" : "What is the capital of France?"
        case .text: return isKorean ? "그날 밤은" : "That night the"
        }
    }

    /// - Parameters:
    ///   - message: not empty.
    ///   - search: what is searched beside; nil where there is nothing.
    ///   - progress: given the share that is done; false stops.
    /// - Returns: nil when stopped, and for an empty message.
    /// - Throws: `SessionError`, `SearchError.index`.
    package init?(
        _ message: String, generator: ReplyGenerator, search: SearchIndex?,
        progress: (Double) -> Bool = { _ in true }
    ) throws {
        let model = generator.model
        let message = Normalization.nfc(message)
        guard let character = message.first, progress(0) else { return nil }
        let symbols = model.alphabet.encode(String(character))
        (self.message, self.character, self.symbols) = (message, character, symbols)
        vectors = symbols.map { TourVectors.vector(of: $0, in: model) }
        nearest =
            symbols.first.map { TourVectors.nearest(to: $0, Self.nearestCount, in: model) } ?? []

        var before = generator.freshState
        if model.format == .dialogue {
            generator.engine.advance(Alphabet.userMark, state: &before)
        }
        var after = before
        var logits: [Float] = []
        for symbol in symbols {
            generator.engine.step(symbol, state: &after, logits: &logits)
        }
        change = StateDifference(before, after, generator: generator)
        next = Self.likeliest(Surprisal.probabilities(logits))

        let opening = generator.opening(message)
        var opened = generator.freshState
        for symbol in opening { generator.engine.step(symbol, state: &opened, logits: &logits) }
        openingCount = opening.count
        beginnings = Self.beginnings(logits, generator)

        var drawings: [Drawing] = []
        for (index, draw) in Self.draws.enumerated() {
            let share = Double(index) / 8
            guard
                let reply = Self.reply(
                    to: message, draw.temperature, seed: draw.seed, generator,
                    while: { progress(share) })
            else { return nil }
            drawings.append(
                Drawing(temperature: draw.temperature, seed: draw.seed, reply: reply))
        }
        self.drawings = drawings
        let reply = drawings[1].reply
        written = Surprisal.characters(
            of: reply, to: message, state: generator.freshState, generator: generator)
        var state = generator.freshState
        let cost = Surprisal.reply(reply, to: message, state: &state, generator: generator)
        writtenBits = cost.bits
        certainty = model.certainty?.certainty(bits: cost.bits, weakest: cost.weakest)

        guard
            let (conversation, proof) = try Self.converse(
                message, generator, while: { progress(0.6) })
        else { return nil }
        (self.conversation, self.proof) = (conversation, proof)
        guard progress(0.9) else { return nil }
        var found: [Found]?
        if let search {
            do {
                found = try Self.questions(message, conversation, model).map {
                    try Self.ask($0, conversation.told, search) { progress(0.9) }
                }
            } catch SearchError.stopped {
                return nil
            }
        }
        self.found = found
        guard progress(1) else { return nil }
    }

    // MARK: - Parts

    static func likeliest(_ shares: [Double]) -> [Odds] {
        shares.indices.sorted {
            shares[$0] != shares[$1] ? shares[$0] > shares[$1] : $0 < $1
        }.prefix(count).map { Odds(symbol: Symbol($0), share: shares[$0]) }
    }

    /// The likeliest symbols of those with which a reply may begin, by the odds at temperature 1.
    private static func beginnings(_ logits: [Float], _ generator: ReplyGenerator) -> [Beginning] {
        let allowed: [Float] = logits.indices.map {
            generator.canBegin(with: Symbol($0)) ? logits[$0] : -Float.infinity
        }
        let best = Int(Sampler.likeliest(logits) { !generator.canBegin(with: $0) })
        func shares(at temperature: Double) -> [Double] {
            guard temperature > 0 else { return allowed.indices.map { $0 == best ? 1 : 0 } }
            return Surprisal.probabilities(allowed.map { $0 / Float(temperature) })
        }
        let columns = temperatures.map(shares)
        return likeliest(Surprisal.probabilities(allowed)).map { odds in
            Beginning(
                symbol: odds.symbol, shares: columns.map { $0[Int(odds.symbol)] })
        }
    }

    /// The reply that the first turn of a session has with this temperature and seed; nil when stopped.
    private static func reply(
        to message: String, _ temperature: Double, seed: UInt64, _ generator: ReplyGenerator,
        while shouldContinue: () -> Bool
    ) -> String? {
        var state = generator.freshState
        var random = RandomStream(seed: seed, branch: 0)
        let reply = generator.reply(
            to: message, state: &state, random: &random,
            settings: SamplingSettings(temperature: temperature),
            lengthLimit: SessionSettings().lengthLimit, emit: { _ in shouldContinue() })
        return reply?.finishReason == .interrupted ? nil : reply?.text
    }

    /// Tells and asks in a session that is never written; nil when stopped. What continues text can be told
    /// nothing: it is given the same line twice.
    private static func converse(
        _ message: String, _ generator: ReplyGenerator, while shouldContinue: () -> Bool
    ) throws -> (Conversation, Proof)? {
        let isKorean = Hangul.occurs(in: message)
        let (told, asked) =
            generator.model.format == .text
            ? (message, message)
            : isKorean
                ? ("제 이름은 민준이에요.", "제 이름이 뭐예요?") : ("My name is Ada.", "What is my name?")
        let settings = SessionSettings(sampling: .greedy)
        let session = try Session(generator: generator, settings: settings)
        var empty = generator.freshState
        guard let first = try session.say(told, emit: { _ in shouldContinue() }),
            let second = try session.say(asked, emit: { _ in shouldContinue() }), shouldContinue(),
            let fresh = generator.greedyReply(
                to: asked, state: &empty, lengthLimit: settings.lengthLimit,
                shouldContinue: { shouldContinue() }),
            let transcript = try session.transcript()
        else { return nil }
        let report = try Replay.verify(transcript, generator: generator) { _, _ in shouldContinue()
        }
        guard shouldContinue() else { return nil }
        var with = try session.state(afterTurn: 1)
        var without = generator.freshState
        func bits(_ state: inout RecurrentState) -> Double {
            Surprisal.reply(second.reply, to: asked, state: &state, generator: generator).bits
        }
        let conversation = Conversation(
            told: told, answer: first.reply, asked: asked, withSession: second.reply, fresh: fresh,
            bitsWithSession: bits(&with), bitsFresh: bits(&without))
        return (
            conversation,
            Proof(
                report: report, lines: transcript.eventCount + 1,
                hash: session.lastLineHash ?? "")
        )
    }

    private static func questions(
        _ message: String, _ conversation: Conversation, _ model: ChatModel
    ) -> [String] {
        model.format == .dialogue ? [message, conversation.asked] : [message]
    }

    private static func ask(
        _ question: String, _ told: String, _ search: SearchIndex, while shouldContinue: () -> Bool
    ) throws -> Found {
        let reply = try search.reply(to: question, shouldContinue: shouldContinue)
        _ = try search.reply(to: told, shouldContinue: shouldContinue)
        let again = try search.reply(to: question, shouldContinue: shouldContinue)
        return Found(
            question: question, answer: reply.text, entry: reply.hit?.entry.text,
            isTheSameAfterTelling: reply == again)
    }
}
