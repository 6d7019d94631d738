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
        let done = try session.undo(count)
        // A message without a reply does not come back.
        let kept = session.redoableSteps - before
        let them = kept < done ? SessionText.turns(kept) : done == 1 ? "it" : "them"
        try tell(
            "Undid \(SessionText.turns(done))",
            kept == 0
                ? "It had no reply; /redo cannot bring it back." : "/redo brings \(them) back.")
    }

    /// `/redo [N]`
    package func redo(_ count: Int) throws {
        let done = try session.redo(count)
        try tell("Brought back \(SessionText.turns(done))", "")
    }

    /// `/regen`
    package func regenerate() throws {
        try replies.show(surprisal: surprisal) { emit in try session.regenerate(emit: emit) }
    }

    /// `/clear`
    package func clear() throws {
        session.clear()
        let rest =
            session.name == nil
            ? "Nothing of this session is on disk." : "The saved file keeps what was said."
        try screen.notice("The model has forgotten the conversation so far. \(rest)")
    }

    private func tell(_ done: String, _ hint: String) throws {
        let left = "\(SessionText.turns(session.turnCount)) in the session"
        try screen.notice("\(done); \(left). \(hint)".trimmed)
    }
}
