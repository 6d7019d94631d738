import ArgumentParser
import ChatCore
import Foundation

extension ExportFormat: ExpressibleByArgument {}

extension SessionsCommand {
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A session as a document, on standard output.",
            discussion: "Example: charchat sessions export holiday --format md > holiday.md")

        @Argument(help: "The session's name.", completion: CompletedNames.sessions)
        var name: String

        @Option(help: "md, json or txt.")
        var format = ExportFormat.markdown

        func run() throws {
            try SessionsCommand.show(name) { transcript in
                var text = transcript.document(
                    format, title: name, words: TranscriptText.documentWords)
                if text.hasSuffix("\n") { text.removeLast() }
                let safe = Output.standard.isTerminal ? VisibleText.lines(text) : text
                try SessionsCommand.print(safe)
            }
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a session of a {\"messages\": …} file.",
            discussion: """
                Its replies are marked as not generated here.

                Example: charchat sessions import talk.jsonl --name talk
                """)

        @Argument(
            help: "A JSON file with messages of the roles user and assistant; - is standard input.",
            completion: .file())
        var file: String

        @Option(help: "The session's name; else it is made from the file's.")
        var name: String?

        @OptionGroup var model: ModelOption

        func run() throws {
            let made = try SessionsCommand.store.importMessages(
                TranscriptArgument.url(file), as: name, model: try model.load())
            try SessionsCommand.tell(phrase("Made session '%@'.", made))
        }
    }

    struct Fork: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy a session, whole or up to a turn.",
            discussion: """
                Of a damaged session what is whole is copied; it says what is lost, with exit code 1.

                Example: charchat sessions fork holiday what-if --at 3
                """)

        @Argument(help: "The session's name.", completion: CompletedNames.sessions)
        var name: String

        @Argument(help: "The copy's name; else it is made from the session's.")
        var newName: String?

        @Option(help: ArgumentHelp("The last turn to keep.", valueName: "TURN"))
        var at: Int?

        func run() throws {
            try SessionsCommand.salvage(name) { salvaged in
                let made = try SessionsCommand.store.fork(
                    salvaged, of: name, atTurn: at, as: newName)
                try SessionsCommand.tell(phrase("Made session '%@'.", made))
            }
        }
    }

    struct Repair: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a session of what is whole in a damaged one.",
            discussion: """
                The damaged file stays as it is. What stands before the damage is kept to the byte; the \
                replies behind it are kept as imported ones, because they can no longer be proved. It \
                says which lines are lost.

                Example: charchat sessions repair holiday
                """)

        @Argument(help: "The damaged session's name.", completion: CompletedNames.sessions)
        var name: String

        @Argument(help: "The new session's name; else it is made from the old one.")
        var newName: String?

        @OptionGroup var model: ModelOption

        func run() throws {
            let store = SessionsCommand.store
            let lost = SessionText.lost(try store.salvage(name))
            let made = try store.repair(name, as: newName) { try model.load().hash }
            if let lost { try? Output.error.tell(VisibleText.oneLine(lost)) }
            try SessionsCommand.tell(phrase("Made session '%@'.", made.name))
        }
    }

    struct Rename: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a session another name.",
            discussion: "Example: charchat sessions rename holiday summer")

        @Argument(help: "The session's name.", completion: CompletedNames.sessions)
        var name: String

        @Argument(help: "Its new name.")
        var newName: String

        func run() throws {
            try SessionsCommand.store.rename(name, to: newName)
            try SessionsCommand.tell(
                phrase("'%@' is now '%@'.", VisibleText.oneLine(name), newName))
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete sessions from the disk, for good.",
            discussion: """
                The lines that were typed in them stay in the input history, which the arrows call \
                back; --with-history removes them there too.

                Example: charchat sessions delete holiday --with-history
                """)

        @Argument(help: "The sessions' names.", completion: CompletedNames.sessions)
        var names: [String]

        @Flag(help: "Remove what was typed in them from the input history.")
        var withHistory = false

        func run() throws {
            let store = SessionsCommand.store
            for name in names {
                let said = withHistory ? Self.said(try? store.salvage(name).transcript) : []
                try store.delete(name)
                let history = HistoryFile(existing: store.places.historyFile)
                let count =
                    withHistory
                    ? try history.remove { said.contains(LineMeaning.said(by: $0)) } : 0
                let shown = VisibleText.oneLine(name)
                try SessionsCommand.tell(
                    withHistory
                        ? phrase("Deleted session '%@' and %@ lines of the history.", shown, count)
                        : phrase("Deleted session '%@'.", shown))
            }
        }

        /// Everything that was said in a session, undone or not.
        private static func said(_ transcript: Transcript?) -> Set<String> {
            Set(
                transcript.map(Replay.steps)?.compactMap { step in
                    if case .said(let text) = step { text } else { nil }
                } ?? [])
        }
    }
}
