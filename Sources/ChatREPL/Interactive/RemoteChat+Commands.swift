import ChatCore
import ChatServer
import Foundation

/// The slash commands of a chat with a server.
extension RemoteChat {
    /// Those that there are, by their first names.
    static let commands: Set = [
        "/help", "/bye", "/session", "/sessions", "/new", "/load", "/log", "/undo", "/set",
    ]

    /// - Parameter line: as it was typed, to name a command that there is not.
    /// - Throws: `ClientError`, `SlashCommandProblem`.
    func run(_ command: SlashCommand, typed line: String) throws {
        switch command {
        case .help(let topic): try help(topic)
        case .session(nil): try tellPlace()
        case .session(let name?), .load(let name): try load(name)
        case .sessions: try listSessions()
        case .new(nil): try begin()
        case .new:
            throw SlashCommandProblem(phrase("A server names its sessions; /new alone begins one."))
        case .log: try log()
        case .undo(let count): try undo(count)
        case .set(let change): try set(change)
        default:
            let word = line.trimmed.prefix { !$0.isWhitespace }
            throw SlashCommandProblem(
                phrase(
                    "%@ works only with a model here; this chat is with a server. /? shows what there is.",
                    VisibleText.oneLine(String(word))))
        }
    }

    private func help(_ topic: String?) throws {
        let columns = TerminalSize.columns()
        let entry = topic.flatMap {
            CommandTable.entry(named: $0.hasPrefix("/") ? $0 : "/\($0)")
        }
        if let entry, Self.commands.contains(entry.names[0]) {
            return try screen.show(HelpText.details(entry, screen.style, columns: columns))
        }
        try screen.show(
            HelpText.overview(screen.style, columns: columns) {
                Self.commands.contains($0.names[0])
            })
    }

    private func tellPlace() throws {
        guard let name else { return try begin() }
        try screen.notice(
            phrase(
                "Session '%@' on %@, %@.", VisibleText.oneLine(name), server.address,
                SessionText.turns(turnCount)))
    }

    private func begin() throws {
        (name, turnCount) = (nil, 0)
        try screen.notice(phrase("A new session on %@.", server.address))
    }

    private func load(_ name: String) throws {
        let last = try open(name)
        try screen.notice(
            phrase(
                "Going on with '%@', %@.", VisibleText.oneLine(name), SessionText.turns(turnCount)))
        if let last { try screen.show(TranscriptText.turn(last, style: screen.style)) }
    }

    private func listSessions() throws {
        let sessions = try waiting { try server.sessions(while: $0) }
        guard !sessions.isEmpty else {
            return try screen.notice(phrase("No session is saved yet."))
        }
        let summaries = sessions.map {
            SessionSummary(
                name: $0.name, folder: URL(fileURLWithPath: "/"), modified: $0.modified,
                turnCount: $0.turnCount, model: "", opening: VisibleText.oneLine($0.opening),
                problem: nil)
        }
        try screen.show(
            SessionText.table(
                summaries, style: screen.style, open: name,
                columns: screen.streams ? TerminalSize.columns() : nil))
    }

    private func log() throws {
        let turns = try name.map { name in
            try waiting { try server.turns(of: name, while: $0) }.map(\.turn)
        }
        guard let turns, let last = turns.last else {
            return try screen.notice(phrase("Nothing has been said yet."))
        }
        try screen.show(
            TextWrap.paragraphs(
                TranscriptText.log(turns, style: screen.style),
                width: screen.streams ? TerminalSize.columns() : .max,
                hanging: "\(last.number)".count + 2))
    }

    private func undo(_ count: Int) throws {
        let turns = try name.map { name in try waiting { try server.turns(of: name, while: $0) } }
        guard let turns, !turns.isEmpty else { throw SessionError.nothingToUndo }
        let taken = turns.suffix(count)
        for turn in taken.reversed() {
            try waiting { try server.takeBack(turn.id, while: $0) }
            turnCount = turn.turn.number - 1
        }
        // With its only turn the server deletes a session.
        if turnCount == 0 { name = nil }
        try screen.notice(phrase("Undid %@", SessionText.turns(taken.count)) + ".")
    }

    private func set(_ change: SettingChange) throws {
        switch change {
        case .temperature(let value): settings.temperature = value
        case .topP(let value): settings.topP = value
        case .seed(let value): settings.seed = value
        case .lengthLimit:
            throw SlashCommandProblem(phrase("How long a reply may be is for the server to say."))
        }
        try screen.notice(
            phrase("From the next reply on: %@.", TranscriptText.described(change)))
    }
}
