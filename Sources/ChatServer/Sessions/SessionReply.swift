import ChatCore

/// A reply that is a turn of a saved session.
struct SessionReply: Sendable {
    /// Where the turn goes.
    enum Target: Sendable {
        /// A session of its own, with what was said before the question.
        case new(past: [Message])
        /// The end of a session.
        case end(of: String)
        /// After a turn; from one that is not the last a fork sets out.
        case after(TurnID)
    }

    /// What is known when the reply begins.
    struct Beginning: Sendable {
        var id: TurnID
        var previous: TurnID?
        var settings: SessionSettings
    }

    let target: Target
    let question: String
    let changes: [SettingChange]
    /// What the client attaches to the response.
    let metadata: [String: String]
    let ticket: Ticket

    /// Names the session in the queue; a new one's `name` is chosen beforehand.
    func queueName(new name: String) -> String {
        switch target {
        case .new: name
        case .end(let name): name
        case .after(let id): id.session
        }
    }

    /// Says the question; the turn is on the disk before the reply's end is told.
    /// - Parameter name: of a new session.
    /// - Throws: `RequestError`, `SessionError`, `TranscriptError`, `StorageError`.
    func speak(
        in sessions: OpenSessions, new name: String, _ generator: ReplyGenerator,
        to speaker: Speech<Beginning>.Speaker
    ) throws {
        switch target {
        case .new(let past) where past.isEmpty:
            try begin(name, sessions, generator, speaker)
        case .new(let past):
            let name = try sessions.store.importMessages(past, as: name, model: generator.model)
            try sessions.with(name, generator) { try say(in: $0, sessions, speaker) }
        case .end(let name):
            if let empty = sessions.emptyConversation(name) {
                // Also where the client stops the reply before its first character.
                defer {
                    if (try? sessions.store.exists(name)) == true { sessions.forgetEmpty(name) }
                }
                try sessions.metadata.attach(empty.metadata, toConversation: name)
                try begin(name, sessions, generator, speaker)
            } else {
                try sessions.with(name, generator) { try say(in: $0, sessions, speaker) }
            }
        case .after(let id):
            let fork = try sessions.with(id.session, generator) { session -> Session? in
                guard let turn = session.turn(id) else {
                    throw RequestError.missing("response", id.response)
                }
                if id.names(session.lastPlace), session.unanswered == nil {
                    try say(in: session, sessions, speaker)
                    return nil
                }
                return try session.fork(atTurn: turn.number)
            }
            if let fork {
                try sessions.with(new: fork, generator) { try say(in: $0, sessions, speaker) }
            }
        }
    }

    /// A session of its own.
    private func begin(
        _ name: String, _ sessions: OpenSessions, _ generator: ReplyGenerator,
        _ speaker: Speech<Beginning>.Speaker
    ) throws {
        var settings = SessionSettings.usual(for: generator.model)
        settings.seed = UInt64.random(in: 1...999_999)
        let session = try sessions.store.create(name, generator: generator, settings: settings)
        try sessions.with(new: session, generator) { try say(in: $0, sessions, speaker) }
    }

    private func say(
        in session: Session, _ sessions: OpenSessions, _ speaker: Speech<Beginning>.Speaker
    ) throws {
        let settings = session.settings
        for change in changes where change.changes(settings) { try session.set(change) }
        let previous = session.lastPlace
        var hasBegun = false
        func begin(_ place: TurnPlace?) {
            guard !hasBegun, let place, let name = session.name else { return }
            hasBegun = true
            speaker.begin(
                Beginning(
                    id: TurnID(session: name, place: place),
                    previous: previous.map { TurnID(session: name, place: $0) },
                    settings: session.settings))
        }
        let turn = try session.say(question) { piece in
            begin(session.nextPlace)
            if !piece.isEmpty { speaker.piece(piece) }
            return ticket.goesOn
        }
        guard let turn else {
            try ticket.check()
            throw CancellationError()
        }
        guard session.isOnDisk else {
            throw RequestError.failed("the turn could not be saved: the disk took it not")
        }
        if !metadata.isEmpty, let name = session.name, let place = session.lastPlace {
            try sessions.metadata.attach(metadata, to: TurnID(session: name, place: place))
        }
        speaker.end(
            SpokenReply(
                text: turn.reply, finishReason: turn.finishReason,
                symbolCount: session.model.alphabet.encode(turn.reply).count))
    }
}

extension SettingChange {
    /// Whether it makes a difference; a seed does even where it is the same, for it starts the draws anew.
    fileprivate func changes(_ settings: SessionSettings) -> Bool {
        switch self {
        case .temperature(let value): settings.sampling.temperature != value
        case .topP(let value): settings.sampling.topP != value
        case .seed: true
        case .lengthLimit(let value): settings.lengthLimit != value
        }
    }
}
