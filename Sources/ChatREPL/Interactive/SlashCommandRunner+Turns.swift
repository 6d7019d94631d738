import ChatCore

extension SlashCommandRunner {
    /// `/log`
    package func log() throws {
        guard session.turnCount > 0 else { return try screen.notice("Nothing has been said yet.") }
        try screen.show(TranscriptText.log(session.turns, style: screen.style))
    }

    /// `/undo [N]`
    package func undo(_ count: Int) throws {
        let before = session.redoableSteps
        let turns = session.turnCount + (session.unanswered == nil ? 0 : 1)
        let done = try session.undo(count)
        // A message without a reply does not come back.
        let kept = session.redoableSteps - before
        let them = kept < done ? TranscriptText.steps(kept) : done == 1 ? "it" : "them"
        try tell(
            "Undid \(Self.steps(done, turns: turns - session.turnCount))",
            kept == 0
                ? "It had no reply; /redo cannot bring it back."
                : "/redo\(kept > 1 ? " \(kept)" : "") brings \(them) back.")
    }

    /// `/redo [N]`
    package func redo(_ count: Int) throws {
        let turns = session.turnCount
        let done = try session.redo(count)
        try tell("Brought back \(Self.steps(done, turns: session.turnCount - turns))", "")
    }

    /// `/regen`
    package func regenerate() throws {
        let before = session.unanswered == nil ? session.lastTurn?.reply : nil
        var turn: Turn?
        try session.keepReply()
        try replies.show(surprisal: surprisal, certainty: certainty) { emit in
            turn = try session.regenerate(emit: emit)
            return turn
        }
        if let turn, turn.ending == .complete, turn.reply == before {
            try screen.notice("The same reply again; a higher temperature brings others (/set).")
        }
    }

    /// `/replies [N]`
    package func chooseReply(_ number: Int?) throws {
        guard let number else { return try showReplies() }
        let isCurrent = session.choices.dropFirst(number - 1).first?.isCurrent == true
        try session.choose(number)
        guard !isCurrent else { return try screen.notice("It is the one that stands.") }
        try screen.notice("Going on with reply \(number) of \(session.choices.count).")
        if let thread = SessionText.thread(session, style: screen.style) { try screen.show(thread) }
    }

    private func showReplies() throws {
        let choices = session.choices
        guard !choices.isEmpty else {
            return try screen.notice("There is no reply to what was said last.")
        }
        let width = "\(choices.count)".count
        let lines = choices.enumerated().map { index, choice in
            let number = TextWrap.right("\(index + 1)", width)
            let reply = VisibleText.lines(choice.reply)
                .replacing("\n", with: "\n" + String(repeating: " ", count: width + 4))
            return "\(choice.isCurrent ? "*" : " ") \(screen.style.name(number))  \(reply)"
        }
        try screen.show(lines.joined(separator: "\n"))
        try screen.notice(
            choices.count == 1
                ? "/regen draws another one, and this one is kept."
                : "* stands; /replies N goes on with another one.")
    }

    /// `/continue`
    package func goOnWithReply() throws {
        if session.lastTurn?.ending == .complete || session.unanswered != nil {
            throw SlashCommandProblem(
                session.unanswered == nil
                    ? "The last reply came to its end; there is nothing to go on with."
                    : "What you said last has no reply yet; /regen answers it.")
        }
        try replies.show(surprisal: surprisal, certainty: certainty) { emit in
            try session.goOn(emit: emit)
        }
    }

    /// `/mark [NAME]`
    package func mark(_ name: String?) throws {
        guard let name else {
            let names = session.markNames.map(VisibleText.oneLine).joined(separator: ", ")
            return try screen.notice(
                names.isEmpty ? "No place has a name yet; /mark NAME gives one." : "Marks: \(names)"
            )
        }
        try session.mark(name)
        let shown = VisibleText.oneLine(name)
        try tell("This place is marked '\(shown)'", "/back \(shown) comes back to it.")
    }

    /// `/back NAME`
    package func goBack(_ name: String) throws {
        do {
            try session.goBack(to: name)
        } catch SessionError.noSuchMark {
            let names = session.markNames.map(VisibleText.oneLine).joined(separator: ", ")
            throw SlashCommandProblem(
                "No place is marked '\(VisibleText.oneLine(name))'. "
                    + (names.isEmpty ? "/mark NAME marks one." : "There are: \(names)"))
        }
        try tell("Back at \(TranscriptText.place(name))", "/back - goes where you were.")
        if let thread = SessionText.thread(session, style: screen.style) { try screen.show(thread) }
    }

    /// `/clear`
    package func clear() throws {
        try session.clear()
        let rest =
            session.name == nil
            ? "Nothing of this session is on disk." : "The saved file keeps what was said."
        try screen.notice("The model has forgotten the conversation so far. \(rest)")
    }

    /// Steps in words: turns, and what is left of them, clears.
    private static func steps(_ count: Int, turns: Int) -> String {
        let clears = count - turns
        let words = [
            turns > 0 ? SessionText.turns(turns) : nil,
            clears == 1 ? "a /clear" : clears > 1 ? "\(clears) times /clear" : nil,
        ]
        return words.compactMap(\.self).joined(separator: " and ")
    }

    private func tell(_ done: String, _ hint: String) throws {
        let left = "\(SessionText.turns(session.turnCount)) in the session"
        try screen.notice("\(done); \(left). \(hint)".trimmed)
    }
}
