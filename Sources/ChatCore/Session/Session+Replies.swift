/// Several replies to one message. A reply that was replaced by another is still in the transcript, and a
/// mark leads back to it.
extension Session {
    /// A reply to the last message.
    package struct Choice: Sendable, Equatable {
        package let reply: String
        /// The conversation continues with this one.
        package let isCurrent: Bool
        /// The mark that leads back to it; the current reply may have none.
        let mark: String?
    }

    /// The replies to the last message that the conversation can continue with, oldest first; empty where
    /// there is none.
    package var choices: [Choice] {
        let current = history.current
        guard unanswered == nil, case .turn(let user, _) = history.nodes[current].kind else {
            return []
        }
        let parent = history.nodes[current].parent
        return history.nodes.indices.compactMap { node in
            guard case .turn(let said, let reply) = history.nodes[node].kind,
                history.nodes[node].parent == parent, said == user
            else { return nil }
            let mark = mark(of: node)
            guard node == current || mark != nil else { return nil }
            return Choice(reply: reply.content, isCurrent: node == current, mark: mark)
        }
    }

    /// Marks the last reply, so that it stays among the `choices` when another one replaces it. Does
    /// nothing where there is no reply or where it has a mark already.
    /// - Throws: `SessionError.closed`, `.speaking`.
    package func keepReply() throws {
        try requireOpen()
        guard unanswered == nil, case .turn = history.nodes[history.current].kind,
            mark(of: history.current) == nil
        else { return }
        var number = 1
        while history.marks["reply \(number)"] != nil { number += 1 }
        record(.mark("reply \(number)"))
    }

    /// Continues with one of the `choices`; the current one is kept.
    /// - Parameter number: from 1.
    /// - Throws: `SessionError.noSuchReply`, `.closed`, `.speaking`.
    package func choose(_ number: Int) throws {
        try requireOpen()
        let choices = self.choices
        guard choices.indices.contains(number - 1) else {
            throw SessionError.noSuchReply(number, count: choices.count)
        }
        guard !choices[number - 1].isCurrent, let mark = choices[number - 1].mark else { return }
        try keepReply()
        record(.back(mark))
    }

    /// The first name that leads to a node and stays there, unlike that of where the conversation stood.
    private func mark(of node: Int) -> String? {
        history.marks.filter { $0.value == node && $0.key != TurnTree<RecordedReply>.elsewhere }
            .keys.min()
    }
}

/// Words put into the model's mouth.
extension Session {
    /// Answers with `text` in the model's place: the message that waits for a reply, else the last one again,
    /// whose own reply stays among the `choices`. In the transcript it is an imported reply, which is not
    /// verified; the state reads it like any other.
    /// - Throws: `SessionError.nothingToRegenerate` where nothing was said, `.tooLong`, `.closed`,
    ///   `.speaking`.
    @discardableResult
    public func answer(as text: String) throws -> Turn? {
        try requireOpen()
        let symbols = model.alphabet.encode(text).count
        guard symbols <= Self.longestTurn else {
            throw SessionError.tooLong(symbols: symbols, limit: Self.longestTurn)
        }
        if unanswered == nil {
            guard lastTurn != nil else { throw SessionError.nothingToRegenerate }
            try keepReply()
            record(.user(try takeBack(fromTurn: turnCount)))
        }
        record(.assistant(RecordedReply(content: text, origin: .imported)))
        return lastTurn
    }

    /// Adds a turn that took place elsewhere. The transcript has it as imported, and the next reply is made as
    /// if it had been said here.
    /// - Throws: `SessionError.tooLong`, `.closed`, `.speaking`, before anything has changed.
    @discardableResult
    package func add(_ user: String, reply: String) throws -> Turn? {
        try requireOpen()
        for text in [user, reply] {
            let symbols = model.alphabet.encode(text).count
            guard symbols <= Self.longestTurn else {
                throw SessionError.tooLong(symbols: symbols, limit: Self.longestTurn)
            }
        }
        record(.user(user))
        record(.assistant(RecordedReply(content: reply, origin: .imported)))
        return lastTurn
    }
}
