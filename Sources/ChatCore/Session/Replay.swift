/// Plays a transcript as it happened, and proves that its replies are the model's.
///
/// Nothing matters but the transcript and the model: neither the program's settings nor the environment,
/// locale, time or terminal.
public enum Replay {
    /// One thing that happened.
    package enum Step: Sendable, Equatable {
        case said(String)
        /// `regenerated`: it replaces the reply before it.
        case replied(Turn, regenerated: Bool)
        case undid(Int)
        case redid(Int)
        /// It replaces the reply before it, with which it begins.
        case wentOn(Turn)
        case cleared
        /// It went on from the state after that turn.
        case took(turn: Int)
        case silenced(layer: Int, head: Int)
        /// It went on from a state that was made elsewhere.
        case given(GivenState.Origin)
        case marked(String)
        case wentBack(String)
        case set(SettingChange)
        /// Everything above was copied from there.
        case forked(TranscriptHeader.Parent)
    }

    /// Where a generated reply first differs from the recorded one.
    public struct Difference: Sendable, Equatable {
        /// The turn's number when it was said.
        public let turn: Int
        /// The reply's line in the file, from 1.
        public let line: Int
        /// Characters (Unicode scalars) that agree before the first difference; the length of the
        /// shorter reply when the other one begins with it.
        public let characterIndex: Int
        /// The reply in the transcript.
        public let recorded: String
        /// The reply that the model gives now.
        public let generated: String
    }

    /// The result of a verification.
    public struct Report: Sendable, Equatable {
        /// Replies generated anew and found the same.
        public internal(set) var verified = 0
        /// How many of those had been interrupted; they are the same as far as they go.
        public internal(set) var interrupted = 0
        /// Replies that were imported or written by hand and so cannot be verified.
        public internal(set) var imported = 0
        /// How often the state was set back to an earlier one, or a part of it silenced: what follows was made
        /// from that, which is made anew as well.
        public internal(set) var changedStates = 0
        /// States that came from a file or another session: what follows was made from them, but not what
        /// made them.
        public internal(set) var givenStates = 0
        /// Lines of replies before which a random stream was left out: a reply was generated there and
        /// never written, as when somebody tries until one pleases.
        public internal(set) var skippedDraws: [Int] = []
        /// Nothing is missing at the end: the last line is the one that is written when a session is left.
        public internal(set) var isClosed = false
        /// The first difference, at which the replay stopped; nil where there is none.
        public internal(set) var difference: Difference?

        /// No reply differs. Whether there was one to compare is another question: `provesSomething`.
        public var isExact: Bool { difference == nil }
        /// No reply differs, and there was at least one to compare.
        public var provesSomething: Bool { isExact && verified > 0 }
    }

    /// Everything that happened, in order, without the instructions of an imported file.
    package static func steps(_ transcript: Transcript) -> [Step] {
        var history = SessionHistory(settings: transcript.header.settings)
        return transcript.entries.compactMap { entry in
            // Reading the transcript has already applied the same events.
            guard (try? history.apply(entry.event)) != nil else { return nil }
            switch entry.event {
            case .user(let text): return .said(text)
            case .system, .close: return nil
            case .assistant(let reply):
                return history.turn(at: history.current).map {
                    reply.continued ? .wentOn($0) : .replied($0, regenerated: reply.regenerated)
                }
            case .undo(let count): return .undid(count)
            case .redo(let count): return .redid(count)
            case .clear: return .cleared
            case .take(let turn): return .took(turn: turn)
            case .silence(let layer, let head): return .silenced(layer: layer, head: head)
            case .load(let given): return .given(given.origin)
            case .mark(let name): return .marked(name)
            case .back(let name): return .wentBack(name)
            case .set(let change): return .set(change)
            case .fork(let parent): return .forked(parent)
            }
        }
    }

    /// Generates every reply anew, stopping at the first that differs.
    /// - Parameter progress: called with replies done and in all, after each reply and now and then
    ///   within one; false stops (the report then covers what was done).
    /// - Throws: `ReplayError.otherModel`, `TranscriptError` for a state that cannot be the model's.
    public static func verify(
        _ transcript: Transcript, generator: ReplyGenerator,
        progress: (Int, Int) -> Bool = { _, _ in true }
    ) throws -> Report {
        guard transcript.model == generator.model.hash else {
            throw ReplayError.otherModel(
                path: transcript.path, recorded: transcript.model, given: generator.model.hash)
        }
        try transcript.checkStates(of: generator.model)
        var history = SessionHistory(settings: transcript.header.settings)
        var states = KnownStates(generator: generator)
        let count = transcript.entries.count {
            if case .assistant = $0.event { true } else { false }
        }
        var report = Report(isClosed: transcript.isClosed)
        for entry in transcript.entries {
            var state: RecurrentState?
            if case .assistant(let recorded) = entry.event, recorded.origin == .generated {
                var goesOn = true
                let done = report.verified + report.imported
                let made = remake(recorded, history, &states) {
                    goesOn = goesOn && progress(done, count)
                    return goesOn
                }
                guard let made, goesOn else { break }
                state = made.state
                if let place = difference(recorded, made.reply) {
                    try history.apply(entry.event)
                    report.difference = Difference(
                        turn: history.turnCount, line: entry.line, characterIndex: place,
                        recorded: recorded.content, generated: made.reply.text)
                    break
                }
                report.verified += 1
                if recorded.finishReason == .interrupted { report.interrupted += 1 }
            } else {
                switch entry.event {
                case .assistant: report.imported += 1
                case .take, .silence: report.changedStates += 1
                case .load: report.givenStates += 1
                default: break
                }
            }
            try history.apply(entry.event)
            guard case .assistant = entry.event else { continue }
            if let state { states.cache.insert(state, for: history.current) }
            if !progress(report.verified + report.imported, count) { break }
        }
        report.skippedDraws = history.skippedDraws.map { transcript.entries[$0].line }
        return report
    }

    /// Generates a recorded reply anew, an interrupted one as far as it went; nil when `shouldContinue` stopped it.
    private static func remake(
        _ recorded: RecordedReply, _ history: SessionHistory, _ states: inout KnownStates,
        while shouldContinue: () -> Bool
    ) -> (reply: Reply, state: RecurrentState)? {
        var limit = history.settings.lengthLimit
        if recorded.finishReason == .interrupted, let symbols = recorded.symbolCount {
            limit = Swift.min(limit, symbols)
        }
        return states.generate(
            in: history, regenerated: recorded.regenerated, continued: recorded.continued,
            draw: recorded.draw, lengthLimit: limit, emit: { _ in shouldContinue() })
    }

    /// The index of the first scalar that differs, or nil when the replies are the same.
    private static func difference(_ recorded: RecordedReply, _ made: Reply) -> Int? {
        let expected: FinishReason =
            recorded.finishReason == .interrupted ? .limit : recorded.finishReason
        let same =
            recorded.content.utf8.elementsEqual(made.text.utf8) && expected == made.finishReason
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
            "\(path) was spoken with model \(recorded), not with \(given)"
        }
    }
}
