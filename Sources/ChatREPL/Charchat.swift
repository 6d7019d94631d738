import ArgumentParser
import ChatCore
import Foundation

@main
struct Charchat: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charchat",
        abstract: "Talk with a small recurrent language model that remembers the session.",
        discussion: """
            Without a subcommand it opens the chat: `charchat -c` goes on with the latest session.
            Example: charchat -s holiday
            """,
        version: chatCoreVersion,
        subcommands: [
            ChatCommand.self, SampleCommand.self, EvaluateCommand.self, ReplayCommand.self,
            SearchCommand.self, CompareCommand.self,
            SessionsCommand.self, InspectCommand.self, TrainCommand.self, BenchmarkCommand.self,
            NumbersCommand.self,
        ],
        defaultSubcommand: ChatCommand.self)

    static func main() {
        Signals.ignoreFailingWrites()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch {
            // Help, the version and wrong usage are argument-parser's own.
            guard exitCode(for: error) == .failure else { exit(withError: error) }
            Foundation.exit(FailureReport.report(error))
        }
    }
}
