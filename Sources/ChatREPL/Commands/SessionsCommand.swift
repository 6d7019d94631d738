import ArgumentParser
import ChatCore
import Foundation

struct SessionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "Saved sessions: list, show, search, export and more.",
        discussion: "Example: charchat sessions export holiday --format md > holiday.md",
        subcommands: [
            List.self, Show.self, Search.self, Export.self, Import.self, Fork.self, Rename.self,
            Repair.self, State.self, Delete.self,
        ],
        defaultSubcommand: List.self)

    static var store: SessionStore {
        SessionStore(
            places: Places(environment: ProcessInfo.processInfo.environment), catalogue: .indexed)
    }

    static var style: Style {
        Style(
            isTerminal: Output.standard.isTerminal,
            environment: ProcessInfo.processInfo.environment)
    }

    /// Shows what is whole of a session. Of a damaged one it says then what is lost, with exit code 1.
    static func show(_ name: String, _ body: (Transcript) throws -> Void) throws {
        try salvage(name) { try body($0.transcript) }
    }

    /// Does something with what is whole of a session, and says the same of a damaged one.
    static func salvage(_ name: String, _ body: (SalvagedTranscript) throws -> Void) throws {
        let salvaged = try store.salvage(name)
        try body(salvaged)
        guard let notice = SessionText.lost(salvaged) else { return }
        try? Output.error.tell("charchat: \(VisibleText.oneLine(notice))")
        if salvaged.problem != nil { throw ExitCode(ExitStatus.failure) }
    }

    /// A command whose reader has gone away (`| head`) has done its work.
    static func print(_ text: String) throws {
        do {
            try Output.standard.writeLine(text)
        } catch OutputError.closed {}
    }

    /// As `print`, for a person: a terminal's lines are broken between words.
    static func tell(_ text: String, hanging: Int = 0) throws {
        do {
            try Output.standard.tell(text, hanging: hanging)
        } catch OutputError.closed {}
    }

    /// Columns to which a table is cut; nil where it is not written to a terminal.
    static var columns: Int? { Output.standard.isTerminal ? TerminalSize.columns() : nil }
}

extension SessionsCommand {
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The saved sessions, latest first.",
            discussion: "Example: charchat sessions list")

        @Flag(help: "Print one JSON object a line.")
        var json = false

        func run() throws {
            let sessions = try SessionsCommand.store.list()
            guard !sessions.isEmpty else {
                if json { return }
                let folder = SessionsCommand.store.places.sessionsFolder.path
                try? Output.error.tell(phrase("No session is saved in %@ yet.", folder))
                return
            }
            if json {
                return try SessionsCommand.print(
                    try sessions.map { try JSONText.line(Row($0)) }.joined(separator: "\n"))
            }
            try SessionsCommand.tell(
                SessionText.table(
                    sessions, style: SessionsCommand.style, columns: SessionsCommand.columns))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The turns of a session.",
            discussion: "Example: charchat sessions show holiday")

        @Argument(help: "The session's name.", completion: CompletedNames.sessions)
        var name: String

        @Flag(help: "Print one JSON object a turn.")
        var json = false

        func run() throws {
            try SessionsCommand.show(name) { transcript in
                let turns = transcript.turns
                if json {
                    for turn in turns { try SessionsCommand.print(try TranscriptText.json(turn)) }
                    return
                }
                guard let last = turns.last else {
                    try? Output.error.tell(
                        phrase("Nothing has been said in '%@'.", VisibleText.oneLine(name)))
                    return
                }
                // What goes on stands below what was said, not below its number.
                try SessionsCommand.tell(
                    TranscriptText.log(turns, style: SessionsCommand.style),
                    hanging: "\(last.number)".count + 2)
            }
        }
    }

    struct Search: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The sessions in which a text was said.",
            discussion: """
                Exit code 1 where nothing is found.

                Example: charchat sessions search Busan
                """)

        @Argument(help: "The text to look for; letter case and accents do not matter.")
        var text: String

        @Option(help: "Most sessions shown.")
        var limit = 50

        @Flag(help: "Print one JSON object a session.")
        var json = false

        func validate() throws {
            if limit < 1 { throw ValidationError(phrase("--limit must be at least 1.")) }
        }

        func run() throws {
            let hits = try SessionsCommand.store.search(text, limit: limit)
            guard !hits.isEmpty else {
                if !json { try? Output.error.tell(SearchText.nothing(text)) }
                throw ExitCode(ExitStatus.failure)
            }
            if json {
                for hit in hits { try SessionsCommand.print(try JSONText.line(Found(hit))) }
                return
            }
            try SessionsCommand.tell(
                SessionText.found(
                    hits, style: SessionsCommand.style, columns: SessionsCommand.columns))
        }
    }
}

/// A session as `sessions search --json` prints it.
private struct Found: Encodable {
    let name: String
    let modified: String
    /// The words around the first place.
    let excerpt: String

    init(_ hit: SessionHit) {
        name = hit.name
        modified = hit.modified.formatted(.iso8601)
        excerpt = hit.excerpt
    }
}

/// A session as `sessions list --json` prints it.
private struct Row: Encodable {
    let name: String
    let path: String
    let modified: String
    let turns: Int
    let model: String
    /// Why it cannot be opened; left out of a sound one.
    let problem: String?

    init(_ session: SessionSummary) {
        name = session.name
        path = session.url.path
        modified = session.modified.formatted(.iso8601)
        turns = session.turnCount
        model = session.model
        problem = session.problem
    }
}
