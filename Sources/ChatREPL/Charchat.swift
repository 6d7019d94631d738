import ArgumentParser
import ChatCore
import Foundation

@main
struct Charchat: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charchat",
        abstract: "Talk with a small recurrent language model that remembers the session.",
        discussion: """
            Without a subcommand it opens the chat: `charchat -c` goes on with the latest session. A \
            question in quotation marks is answered, and that is all.

            Examples:
              charchat -s holiday
              charchat "What is the capital of France?"
            """,
        version: "charchat \(chatCoreVersion)",
        subcommands: [
            ChatCommand.self, SampleCommand.self, FillCommand.self, EvaluateCommand.self,
            ReplayCommand.self,
            SearchCommand.self, CompareCommand.self, SegmentCommand.self,
            QuizCommand.self, TourCommand.self, ServeCommand.self,
            SessionsCommand.self, InspectCommand.self, TrainCommand.self, CorpusCommand.self,
            LessonsCommand.self, ImportCommand.self, BenchmarkCommand.self,
            NumbersCommand.self, ManualCommand.self,
        ],
        defaultSubcommand: ChatCommand.self)

    static func main() {
        StandardStreams.makeSure()
        Signals.unblock()
        Signals.ignoreFailingWrites()
        let arguments = Array(CommandLine.arguments.dropFirst())
        // What programs read is the same in every language.
        let language =
            arguments.contains("--json")
            ? .english : Language(environment: ProcessInfo.processInfo.environment)
        Words(language).speak { start(arguments) }
    }

    private static func start(_ arguments: [String]) {
        do {
            try requireCommand(arguments)
            var command = try parseAsRoot()
            try command.run()
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch {
            guard exitCode(for: error) == .failure else { end(with: error) }
            Foundation.exit(FailureReport.report(error))
        }
    }

    /// Ends with help, the version or what is wrong with the usage: ArgumentParser's own English words, or
    /// those in place of them.
    private static func end(with error: any Error) -> Never {
        let words = Words.help(Words.spoken.language)
        let (code, english) = (exitCode(for: error), fullMessage(for: error))
        let output = code.isSuccess ? Output.standard : Output.error
        guard words.language != .english, let tool = try? description() else {
            let text = UsageText.fitted(english, columns: TerminalSize.columns(output))
            // The version and a script for a shell have nothing to break.
            guard text != english || !code.isSuccess else { exit(withError: error) }
            try? output.tell(text)
            Foundation.exit(code.rawValue)
        }
        let text = UsageText(words: words, tool: tool, columns: TerminalSize.columns(output))
        if !code.isSuccess {
            try? output.tell(text.problem(english, message: message(for: error)))
        } else if let help = text.help(english) {
            try? output.writeLine(help)
        } else {
            exit(withError: error)
        }
        Foundation.exit(code.rawValue)
    }

    /// The commands with all their options.
    static func description() throws -> ToolDescription {
        try ToolDescription(json: _dumpHelp())
    }

    /// A command that does not exist would be taken for a question: that has a space, a question mark, an
    /// exclamation mark at its end or letters that no command has.
    private static func requireCommand(_ arguments: [String]) throws {
        let asked = arguments.first == "help" ? arguments.dropFirst().first : arguments.first
        let commands = configuration.subcommands.map { $0.configuration }
        guard let asked, !asked.hasPrefix("-"), asked != "help",
            !commands.contains(where: { $0.commandName == asked }),
            !asked.hasSuffix("!"),
            !asked.contains(where: { $0.isWhitespace || $0 == "?" || !$0.isASCII })
        else { return }
        let names = commands.filter(\.shouldDisplay).compactMap(\.commandName)
        throw ValidationError(
            "There is no command '\(VisibleText.oneLine(asked))'. There are \(names.joined(separator: ", "))."
        )
    }
}

/// Not listed in the help: what `make` installs as the manual, made from the commands themselves.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "The manual page, for man.",
        discussion: "Example: charchat manual > charchat.1", shouldDisplay: false)

    func run() throws {
        let tool = try Charchat.description()
        try Output.standard.writeLine(ManualPage(version: chatCoreVersion).page(of: tool.command))
    }
}
