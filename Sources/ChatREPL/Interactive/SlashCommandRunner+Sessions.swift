import ChatCore

extension SlashCommandRunner {
    /// `/session [NAME]`
    package func goToSession(_ name: String?) throws {
        guard let name else { return try showFitted(SessionText.status(session)) }
        guard name != session.name else {
            return try screen.notice(
                phrase("This is session '%@' already.", VisibleText.oneLine(name)))
        }
        if try store.exists(name) { try load(name) } else { try newSession(name) }
    }

    /// `/sessions`
    package func listSessions() throws {
        let sessions = try store.list()
        guard !sessions.isEmpty else {
            return try screen.notice(phrase("No session is saved yet."))
        }
        try screen.show(
            SessionText.table(
                sessions, style: screen.style, open: session.name,
                columns: screen.streams ? TerminalSize.columns() : nil))
    }

    /// `/new [NAME]`
    package func newSession(_ name: String?) throws {
        try conversation.begin(name)
        if let name, session.url == nil {
            return try screen.notice(
                phrase(
                    "A new session, not saved because of --no-save; /save %@ saves it.",
                    VisibleText.oneLine(name))
            )
        }
        try screen.notice("\(phrase("A new session."))\n\(SessionText.place(session))")
    }

    /// `/save [NAME]`
    package func save(_ name: String?) throws {
        if session.url == nil {
            try session.save(as: name)
            return try tellPlace()
        }
        guard let name, let current = session.name, name != current else {
            return try tellPlace(phrase("Every turn is saved as it is said.") + "\n")
        }
        if session.hasDatedName {
            return try rename(name)
        }
        try conversation.requireSaved()
        guard session.isOnDisk else {
            throw SlashCommandProblem(phrase("Nothing has been said yet."))
        }
        let copy = try store.fork(current, as: name)
        try screen.notice(
            phrase("Copied to '%@'. This is still '%@'; /load %@ goes there.", copy, current, copy))
    }

    /// `/load NAME`
    package func load(_ name: String) throws {
        guard name != session.name else {
            return try screen.notice(
                phrase("This is session '%@' already.", VisibleText.oneLine(name)))
        }
        try conversation.load(name)
        try screen.notice(SessionText.goingOn(session))
        if let thread = SessionText.thread(session, style: screen.style) {
            try screen.show(thread)
        }
    }

    /// `/rename NAME`
    package func rename(_ name: String) throws {
        guard session.url != nil else {
            throw SlashCommandProblem(
                phrase("This session is not saved. /save %@ saves it.", name))
        }
        let before = session.name ?? ""
        try session.rename(to: name)
        let renamed = phrase(
            "'%@' is now '%@'.", VisibleText.oneLine(before),
            VisibleText.oneLine(session.name ?? name))
        do {
            try conversation.requireSaved()
        } catch {
            // It has the name all the same.
            try screen.notice(renamed)
            throw error
        }
        try tellPlace(renamed + "\n")
    }

    /// `/delete NAME`
    package func delete(_ name: String) throws {
        guard name != session.name else {
            throw SlashCommandProblem(
                phrase("This session is open. Begin another with /new, then delete this one."))
        }
        try store.setAside(name)
        deleted.removeAll { $0 == name }
        deleted.insert(name, at: 0)
        try screen.notice(
            phrase(
                "Deleted session '%@'. Until you leave, /restore brings it back.",
                VisibleText.oneLine(name))
        )
    }

    /// `/restore [NAME]`
    package func restore(_ name: String?) throws {
        guard let name = name ?? deleted.first else {
            throw SlashCommandProblem(phrase("No session has been deleted in this chat."))
        }
        try store.bringBack(name)
        deleted.removeAll { $0 == name }
        try screen.notice(phrase("Session '%@' is back.", VisibleText.oneLine(name)))
    }

    /// `/fork [NAME] [@TURN]`
    package func fork(_ name: String?, _ turn: Int?) throws {
        // A copy of a part would lose what waits behind it.
        if turn != nil { try conversation.requireSaved() }
        let origin = session.name
        let next = try session.fork(atTurn: turn, as: name)
        conversation.change(to: next)
        let count = SessionText.turns(next.turnCount)
        let source = origin.map { "'\($0)'" } ?? phrase("the unsaved session")
        let name = next.name.map { "'\($0)'" } ?? phrase("a session without a name")
        try screen.notice(
            phrase("Forked from %@ to %@, %@.", source, name, count) + "\n"
                + SessionText.place(next))
    }

    /// Says where the session is saved, or that it cannot be.
    private func tellPlace(_ before: String = "") throws {
        try conversation.requireSaved()
        try screen.notice(before + SessionText.place(session))
    }
}
