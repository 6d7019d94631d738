/// Plays a transcript as it happened, and proves that its replies are the model's.
///
/// Nothing but the transcript and the model counts: not settings of the program, environment, locale,
/// time or terminal.
public enum Replay {
    /// One thing that happened.
    public enum Step: Sendable, Equatable {
        case said(String)
        /// `regenerated`: it replaces the reply before it.
        case replied(Turn, regenerated: Bool)
        case undid(Int)
        case redid(Int)
        case cleared
        case set(SettingChange)
        /// What stands above was taken over from there.
        case forked(TranscriptHeader.Parent)
    }

    /// Where a generated reply first differs from the recorded one.
    public struct Difference: Sendable, Equatable {
        /// The turn's number when it was said, and the line of the file.
        public let turn: Int
        public let line: Int
        /// Characters (Unicode scalars) that agree before the first that differs; the length of the
        /// shorter one when it is where the other begins.
        public let characterIndex: Int
        public let recorded: String
        public let generated: String
    }

    public struct Report: Sendable, Equatable {
        /// Replies generated anew and found the same.
        public let verified: Int
        /// Replies that were imported and so cannot be verified.
        public let imported: Int
        public let difference: Difference?
        public var isExact: Bool { difference == nil }
    }

    /// Everything that happened, in order; instructions of an imported file are left out.
    public static func steps(_ transcript: Transcript) -> [Step] {
        var history = SessionHistory(settings: transcript.header.settings)
        return transcript.entries.compactMap { entry in
            // Reading has applied the same events before.
            guard (try? history.apply(entry.event)) != nil else { return nil }
            switch entry.event {
            case .user(let text): return .said(text)
            case .system: return nil
            case .assistant(let reply):
                return history.turn(at: history.current).map {
                    .replied($0, regenerated: reply.regenerated)
                }
            case .undo(let count): return .undid(count)
            case .redo(let count): return .redid(count)
            case .clear: return .cleared
            case .set(let change): return .set(change)
            case .fork(let parent): return .forked(parent)
            }
        }
    }

    /// Generates every reply anew, stopping at the first that differs.
    /// - Parameter progress: called after each reply with replies done and in all; false stops (the
    ///   report then covers what was done).
    /// - Throws: `ReplayError.otherModel`.
    public static func verify(
        _ transcript: Transcript, generator: ReplyGenerator,
        progress: (Int, Int) -> Bool = { _, _ in true }
    ) throws -> Report {
        guard transcript.model == generator.model.hash else {
            throw ReplayError.otherModel(
                path: transcript.path, recorded: transcript.model, given: generator.model.hash)
        }
        var conversation = SpokenHistory(
            generator: generator, history: SessionHistory(settings: transcript.header.settings))
        let count = transcript.entries.count {
            if case .assistant = $0.event { true } else { false }
        }
        var verified = 0
        var imported = 0
        for (index, entry) in transcript.entries.enumerated() {
            guard case .assistant(let recorded) = entry.event else {
                try conversation.apply(entry.event)
                continue
            }
            var state: RecurrentState?
            if recorded.origin == .imported {
                imported += 1
            } else if let made = remake(recorded, &conversation) {
                if let difference = difference(recorded, made.reply) {
                    try conversation.apply(entry.event)
                    return Report(
                        verified: verified, imported: imported,
                        difference: Difference(
                            turn: conversation.history.turnCount, line: index + 2,
                            characterIndex: difference, recorded: recorded.content,
                            generated: made.reply.text))
                }
                verified += 1
                state = made.state
            }
            try conversation.apply(entry.event, state: state)
            if !progress(verified + imported, count) { break }
        }
        return Report(verified: verified, imported: imported, difference: nil)
    }

    /// Generates a recorded reply anew, an interrupted one as far as it went.
    private static func remake(
        _ recorded: RecordedReply, _ conversation: inout SpokenHistory
    ) -> (reply: Reply, state: RecurrentState)? {
        guard let question = conversation.question(regenerating: recorded.regenerated) else {
            return nil
        }
        var limit = conversation.history.settings.lengthLimit
        if recorded.ending == .interrupted, let symbols = recorded.symbolCount {
            limit = Swift.min(limit, symbols)
        }
        return conversation.generate(
            to: question.user, from: question.from, draw: recorded.draw, lengthLimit: limit,
            emit: { _ in true })
    }

    /// The index of the first scalar that differs, or nil when the replies are the same.
    private static func difference(_ recorded: RecordedReply, _ made: Reply) -> Int? {
        let ending: ReplyEnding = recorded.ending == .interrupted ? .limit : recorded.ending
        let same =
            recorded.content.utf8.elementsEqual(made.text.utf8) && ending == made.ending
            && (recorded.symbolCount ?? made.symbolCount) == made.symbolCount
        if same { return nil }
        return zip(recorded.content.unicodeScalars, made.text.unicodeScalars)
            .prefix { $0 == $1 }.count
    }
}

/// Why a transcript cannot be verified.
public enum ReplayError: DescribedError, Sendable, Equatable {
    /// It was spoken with another model; both hashes.
    case otherModel(path: String, recorded: String, given: String)

    public var description: String {
        switch self {
        case .otherModel(let path, let recorded, let given):
            "\(path) was spoken with model \(recorded), not with \(given); give its model with -m"
        }
    }
}
