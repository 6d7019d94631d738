import ChatCore
import ChatEvaluation
import ChatSearch
import Foundation

/// What the session is worth: search and comparison, bits, memory, odds.
extension SlashCommandRunner {
    /// Turns that `/memory` leaves out one after another, the latest ones.
    package static let memoryTurns = 24
    /// Turns of `/bits` where no number is given.
    static let bitsTurns = 20

    private var width: Int { TerminalSize.columns() }

    /// `/search QUERY`
    package func search(_ text: String) throws {
        let query = try SearchQuery(text)
        let result = try working { shouldContinue in
            try finder.index(interrupts: replies.interrupts).search(
                query, limit: 5, shouldContinue: shouldContinue)
        }
        guard !result.hits.isEmpty else { return try screen.notice(SearchText.nothing(text)) }
        try screen.show(
            SearchText.hits(result, style: screen.style, width: fittedWidth))
        if let truth = SearchTruth(query, result.hits) {
            try screen.show(SearchText.table(truth, style: screen.style, width: width))
        }
    }

    /// `/compare QUESTION`
    package func compare(_ question: String) throws {
        let index = try working { _ in try finder.index(interrupts: replies.interrupts) }
        let comparer = Comparer(
            generator: conversation.generator, search: index,
            lengthLimit: session.settings.lengthLimit)
        let row: Comparison.Row? = try working { shouldContinue in
            guard var state = try session.state(afterTurn: nil, while: shouldContinue) else {
                return nil
            }
            return try comparer.row(question, state: &state, shouldContinue: shouldContinue)
        }
        guard let row else { return try screen.notice(phrase("Stopped.")) }
        try screen.show(ComparisonText(style: screen.style, width: width).single(row))
        try screen.notice(
            phrase("The question is not part of the session; replies are greedy."))
    }

    /// `/bits [TURNS]`
    package func bits(_ count: Int?) throws {
        let turns = session.turns
        guard !turns.isEmpty else { return try screen.notice(phrase("Nothing has been said yet.")) }
        // What was said before the state was changed by hand is not what the state is made of.
        let changed = turns.lastIndex(where: \.stateWasChanged) ?? 0
        let first = max(changed, turns.count - (count ?? Self.bitsTurns))
        let generator = conversation.generator
        let worth: SessionWorth? = try working { shouldContinue in
            guard let start = try state(before: turns[first], while: shouldContinue) else {
                return nil
            }
            return SessionWorth(
                Array(turns[first...]), from: start,
                control: BuiltInConversation.state(generator, beside: turns.map(\.user)),
                generator: generator, shouldContinue: shouldContinue)
        }
        guard let worth else { return try screen.notice(phrase("Stopped.")) }
        try screen.show(WorthText.bits(worth, style: screen.style, width: width))
        if first > 0 {
            let shown = SessionText.turns(turns.count - first)
            try screen.notice(
                first == changed
                    ? phrase("%@, since the state was changed by hand.", shown)
                    : phrase("The last %@; /bits %@ shows all.", shown, turns.count - changed))
        }
    }

    /// `/context`
    package func context() throws {
        try showFitted(WorthText.context(session), hanging: WorthText.labelWidth)
    }

    /// `/memory [QUESTION]`
    package func memory(_ question: String?) throws {
        var turns = session.turns
        let generator = conversation.generator
        let asked: String
        let reply: String
        if let question {
            asked = question
            guard let said = try greedy(question) else {
                return try screen.notice(phrase("Stopped."))
            }
            reply = said
            if session.contextIsEmpty || session.stateWasChanged { turns = [] }
        } else {
            guard session.lastTurn != nil, let last = turns.popLast() else {
                return try screen.notice(
                    turns.isEmpty
                        ? phrase("Nothing has been said yet.")
                        : phrase(
                            "Nothing has been said since the beginning. /memory QUESTION asks ahead."
                        ))
            }
            (asked, reply) = (last.user, last.reply)
            if last.startsFresh || last.stateWasChanged { turns = [] }
        }
        guard !turns.isEmpty else {
            return try screen.notice(phrase("Nothing was said before that in this context."))
        }
        // What stands before the last clear is forgotten, and out of a state changed by hand it cannot be
        // left.
        turns.removeFirst(turns.lastIndex { $0.startsFresh || $0.stateWasChanged } ?? 0)
        let first = max(0, turns.count - Self.memoryTurns)
        let held = Array(turns[first...])
        let start = try working { shouldContinue in
            try state(before: turns[first], while: shouldContinue)
        }
        guard let start else { return try screen.notice(phrase("Stopped.")) }
        let memory = try working { shouldContinue in
            SessionMemory(
                held, from: start, question: asked, reply: reply, generator: generator,
                shouldContinue: shouldContinue)
        }
        guard let memory else { return try screen.notice(phrase("Stopped.")) }
        try screen.show(
            WorthText.memory(memory, notLeftOut: first, style: screen.style, width: width))
        guard let (index, trace) = memory.strongest else { return }
        let characters = try working { shouldContinue in
            SessionMemory.characters(
                ofTurn: index, in: held, from: start, question: asked, reply: reply,
                generator: generator, shouldContinue: shouldContinue)
        }
        guard let characters else { return try screen.notice(phrase("Stopped.")) }
        guard !characters.isEmpty else { return }
        try screen.show(
            phrase("Turn %@, which holds the most, without one of its characters:", trace.number)
                + "\n" + SurprisalText.marked(characters, style: screen.style, width: width))
    }

    /// `/odds [QUESTION]`
    package func odds(_ question: String?) throws {
        let generator = conversation.generator
        if let question {
            let odds: CharacterOdds? = try working { shouldContinue in
                guard let state = try session.state(afterTurn: nil, while: shouldContinue) else {
                    return nil
                }
                return CharacterOdds.opening(
                    question, state: state, generator: generator, shouldContinue: shouldContinue)
            }
            guard let odds else { return try screen.notice(phrase("Stopped.")) }
            let title = phrase(
                "How the reply to '%@' could begin:", VisibleText.line(question, limit: 40))
            return try screen.show(
                SurprisalText.odds(odds, title: title, style: screen.style, width: width))
        }
        guard let last = session.lastTurn else {
            return try screen.notice(
                phrase("Nothing has been said since the beginning. /odds QUESTION asks ahead."))
        }
        guard !last.reply.isEmpty else {
            return try screen.notice(phrase("The last reply is empty."))
        }
        let odds: CharacterOdds? = try working { shouldContinue in
            guard let before = try state(before: last, while: shouldContinue) else { return nil }
            return CharacterOdds.keyCharacter(
                of: last.reply, to: last.user, state: before, generator: generator,
                shouldContinue: shouldContinue)
        }
        guard let odds else { return try screen.notice(phrase("Stopped.")) }
        let said = odds.before.count > 40 ? "…" + odds.before.suffix(40) : odds.before
        let place = said.isEmpty ? phrase("the beginning") : "'\(VisibleText.oneLine(said))' …"
        let title = phrase("Where the model was least sure in its last reply: %@", place)
        try screen.show(
            SurprisalText.odds(odds, title: title, style: screen.style, width: width))
    }

    /// `/set surprisal on|off`
    package func showSurprisal(_ isOn: Bool) throws {
        replies.options.showsSurprisal = isOn
        guard isOn else { return try screen.notice(phrase("Replies are shown plain.")) }
        try screen.notice(
            phrase("Replies show the surprise of each character, once they are complete."))
    }

    /// `/set certainty on|off`
    package func showCertainty(_ isOn: Bool) throws {
        replies.options.showsCertainty = isOn
        guard isOn else { return try screen.notice(phrase("Replies are not marked.")) }
        guard conversation.generator.model.certainty?.limit != nil else {
            return try screen.notice(
                phrase("How sure this model's replies are was never measured: none will be marked.")
            )
        }
        try screen.notice(
            phrase("Replies that may be wrong are marked [%@].", CertaintyText.sign))
    }

    /// How sure a reply is to be taken; nil where the model was never measured.
    package func certainty(_ turn: Turn) throws -> ReplyCertainty? {
        guard let curve = conversation.generator.model.certainty else { return nil }
        var state = try state(before: turn)
        let cost = Surprisal.reply(
            turn.reply, to: turn.user, state: &state, generator: conversation.generator)
        let share = curve.certainty(bits: cost.bits, weakest: cost.weakest)
        return ReplyCertainty(share: share, isUnsure: curve.isUnsure(share))
    }

    /// What the characters of a reply cost.
    package func surprisal(_ turn: Turn) throws -> [CharacterSurprisal] {
        Surprisal.characters(
            of: turn.reply, to: turn.user, state: try state(before: turn),
            generator: conversation.generator)
    }

    // MARK: - Help

    /// The state in which a turn was said; nil where `shouldContinue` stopped it.
    private func state(before turn: Turn, while shouldContinue: () -> Bool) throws
        -> RecurrentState?
    {
        try session.state(beforeTurn: turn.number, while: shouldContinue)
    }

    /// The same for a reply just made, whose state is known.
    private func state(before turn: Turn) throws -> RecurrentState {
        try state(before: turn, while: { true }) ?? conversation.generator.freshState
    }

    /// The reply to a question; nil when stopped.
    private func greedy(_ question: String) throws -> String? {
        let limit = session.settings.lengthLimit
        return try working { shouldContinue in
            guard var state = try session.state(afterTurn: nil, while: shouldContinue) else {
                return nil
            }
            return conversation.generator.greedyReply(
                to: question, state: &state, lengthLimit: limit, shouldContinue: shouldContinue)
        }
    }

    /// Runs what takes a while; Ctrl-C stops it.
    func working<T>(_ body: (() -> Bool) throws -> T) throws -> T {
        let interrupts = replies.interrupts
        interrupts.beginReply()
        return try replies.reader.whileReplying { try body { !interrupts.shouldStop() } }
    }
}
