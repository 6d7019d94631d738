import ChatCore
import ChatSearch

/// Asks the three of a `Comparison`. Replies are greedy, so that only what is remembered differs.
package struct Comparer {
    package let generator: ReplyGenerator
    private let search: SearchIndex
    private let lengthLimit: Int

    /// - Parameter lengthLimit: most symbols of a reply.
    package init(generator: ReplyGenerator, search: SearchIndex, lengthLimit: Int = 400) {
        self.generator = generator
        self.search = search
        self.lengthLimit = lengthLimit
    }

    /// Asks one question.
    /// - Parameters:
    ///   - state: what the session remembers; goes on to the state after the turn.
    ///   - known: the session's reply where it was given before; else it is generated.
    ///   - turn: how a reply is judged, where that is known.
    ///   - shouldContinue: asked while replies are made; false stops.
    /// - Returns: nil when stopped.
    /// - Throws: `SearchError.index`; `DialogueSetError.line` for a pattern that takes too much work to match.
    package func row(
        _ question: String, state: inout RecurrentState, known: String? = nil,
        turn: DialogueSet.Turn? = nil, shouldContinue: () -> Bool = { true }
    ) throws -> Comparison.Row? {
        var session: String?
        if let known {
            generator.read(user: question, reply: known, state: &state)
            session = known
        } else {
            session = reply(question, &state, shouldContinue)
        }
        var empty = generator.freshState
        guard let session, let fresh = reply(question, &empty, shouldContinue) else { return nil }
        let found: SearchReply
        do {
            found = try search.reply(to: question, shouldContinue: shouldContinue)
        } catch SearchError.stopped {
            return nil
        }
        var row = Comparison.Row(
            question: question, session: session, fresh: fresh, search: found.text,
            found: found.hit?.entry.text, matched: found.hit?.matched ?? [])
        if let turn {
            row.needs = turn.needs
            row.right = Comparison.Verdict(
                session: try turn.isRight(session), fresh: try turn.isRight(fresh),
                search: try turn.isRight(found.text))
        }
        return row
    }

    private func reply(
        _ question: String, _ state: inout RecurrentState, _ shouldContinue: () -> Bool
    ) -> String? {
        generator.greedyReply(
            to: question, state: &state, lengthLimit: lengthLimit, shouldContinue: shouldContinue)
    }

    /// Plays dialogues; each runs on with the model's own replies.
    /// - Returns: nil when stopped.
    package func compare(
        _ set: DialogueSet, shouldContinue: () -> Bool = { true }
    ) throws -> Comparison? {
        var comparison = Comparison()
        for entry in set.entries {
            var state = generator.freshState
            var rows: [Comparison.Row] = []
            for turn in entry.turns {
                guard
                    let row = try row(
                        turn.user, state: &state, turn: turn, shouldContinue: shouldContinue)
                else {
                    return nil
                }
                rows.append(row)
            }
            comparison.append(Comparison.Conversation(id: entry.id, rows: rows))
        }
        return comparison
    }

    /// Asks the questions of a conversation that was held: its replies are the session's column.
    /// - Parameter id: names the conversation.
    /// - Returns: nil when stopped.
    package func compare(
        _ turns: [Turn], id: String, shouldContinue: () -> Bool = { true }
    ) throws -> Comparison? {
        var state = generator.freshState
        var rows: [Comparison.Row] = []
        for turn in turns {
            if turn.startsFresh { state = generator.freshState }
            guard
                let row = try row(
                    turn.user, state: &state, known: turn.reply, shouldContinue: shouldContinue)
            else { return nil }
            rows.append(row)
        }
        var comparison = Comparison()
        comparison.append(Comparison.Conversation(id: id, rows: rows))
        return comparison
    }

    /// Asks questions in a row.
    /// - Returns: nil when stopped.
    package func compare(
        questions: [String], id: String, shouldContinue: () -> Bool = { true }
    ) throws -> Comparison? {
        var state = generator.freshState
        var rows: [Comparison.Row] = []
        for question in questions {
            guard let row = try row(question, state: &state, shouldContinue: shouldContinue) else {
                return nil
            }
            rows.append(row)
        }
        var comparison = Comparison()
        comparison.append(Comparison.Conversation(id: id, rows: rows))
        return comparison
    }
}
