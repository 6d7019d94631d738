import ArgumentParser
import ChatCore
import Foundation

extension SessionsCommand {
    struct State: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What the model remembers of a session, as a safetensors file.",
            discussion: """
                The state after its last turn, or after the turn named with --at: one tensor of 32-bit \
                floats, the same size however long the session (FILES.md tells its layout). \
                'charchat sample --state FILE' goes on from it.

                Example: charchat sessions state holiday -o holiday.state.safetensors
                """)

        @Argument(help: "The session's name.", completion: CompletedNames.sessions)
        var name: String

        @Option(
            name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "FILE"),
            completion: .file())
        var output: String

        @Option(help: ArgumentHelp("After this turn; 0 is the fresh state.", valueName: "TURN"))
        var at: Int?

        @OptionGroup var model: ModelOption

        func run() throws {
            let target = URL(fileURLWithPath: output)
            guard access(target.path, F_OK) != 0 else {
                throw CommandFailure(
                    phrase(
                        "%@ exists already; choose another name or remove it",
                        VisibleText.oneLine(output))
                )
            }
            let generator = ReplyGenerator(model: try model.load())
            let session = try SessionsCommand.store.open(name, generator: generator)
            defer { session.close() }
            let state = try at.map { try session.state(afterTurn: $0) } ?? session.state
            try StateFile.save(state, of: generator.model, to: target)
            try SessionsCommand.tell(
                phrase(
                    "%@: %@ bytes of state", VisibleText.oneLine(output),
                    ModelText.grouped(state.byteCount))
            )
        }
    }
}
