import ArgumentParser
import ChatCore
import Foundation

extension ExportFormat: ExpressibleByArgument {}

extension SessionsCommand {
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A session as a document, on standard output.",
            discussion: "Example: charchat sessions export holiday --format md > holiday.md")

        @Argument(help: "The session's name.")
        var name: String

        @Option(help: "md, json or txt.")
        var format = ExportFormat.markdown

        func run() throws {
            var text = try SessionsCommand.store.export(name, as: format)
            if text.hasSuffix("\n") { text.removeLast() }
            let safe = Output.standard.isTerminal ? VisibleText.lines(text) : text
            try SessionsCommand.print(safe)
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a session of a {\"messages\": …} file.",
            discussion: """
                Its replies are marked as not generated here.

                Example: charchat sessions import talk.jsonl --name talk
                """)

        @Argument(help: "A JSON file with messages of the roles user and assistant.")
        var file: String

        @Option(help: "The session's name; else it is made from the file's.")
        var name: String?

        @OptionGroup var model: ModelOption

        func run() throws {
            let made = try SessionsCommand.store.importMessages(
                URL(fileURLWithPath: file), as: name, model: try model.load())
            try SessionsCommand.print("Made session '\(made)'.")
        }
    }

    struct Fork: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy a session, whole or up to a turn.",
            discussion: "Example: charchat sessions fork holiday what-if --at 3")

        @Argument(help: "The session's name.")
        var name: String

        @Argument(help: "The copy's name; else it is made from the session's.")
        var newName: String?

        @Option(help: ArgumentHelp("The last turn to keep.", valueName: "TURN"))
        var at: Int?

        func run() throws {
            let made = try SessionsCommand.store.fork(name, atTurn: at, as: newName)
            try SessionsCommand.print("Made session '\(made)'.")
        }
    }

    struct Rename: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a session another name.",
            discussion: "Example: charchat sessions rename holiday summer")

        @Argument(help: "The session's name.")
        var name: String

        @Argument(help: "Its new name.")
        var newName: String

        func run() throws {
            try SessionsCommand.store.rename(name, to: newName)
            try SessionsCommand.print("'\(VisibleText.oneLine(name))' is now '\(newName)'.")
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete sessions from the disk, for good.",
            discussion: "Example: charchat sessions delete holiday")

        @Argument(help: "The sessions' names.")
        var names: [String]

        func run() throws {
            for name in names {
                try SessionsCommand.store.delete(name)
                try SessionsCommand.print("Deleted session '\(VisibleText.oneLine(name))'.")
            }
        }
    }
}
