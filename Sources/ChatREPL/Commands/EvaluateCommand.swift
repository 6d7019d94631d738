import ArgumentParser
import ChatCore
import ChatEvaluation
import Foundation

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure how well a model knows a text or answers a dialogue set.",
        discussion: "Example: charchat evaluate text book.txt -m bard.safetensors --json",
        subcommands: [EvaluateTextCommand.self, EvaluateDialoguesCommand.self])
}

struct EvaluateTextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text", abstract: "The loss on a text, its state carried from start to end.",
        discussion: """
            Losses are per character (Unicode scalar of the text in NFC); the model is not changed \
            by what it reads.

            Example: charchat evaluate text last-tenth.txt -m bard.safetensors
            """)

    @Argument(help: ArgumentHelp("A UTF-8 text file.", valueName: "FILE"))
    var file: String

    @OptionGroup var model: ModelOption

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        Signals.install(suspend: false)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let evaluation = try TextEvaluation(
            file: URL(fileURLWithPath: file), model: try model.load()
        ) { _ in !interrupts.shouldStop() }
        guard let evaluation else {
            throw interrupts.exitCode
        }
        guard evaluation.natsPerCharacter.isFinite else {
            throw CommandFailure(
                "the model's loss on \(VisibleText.oneLine(file)) is not a number: its weights are unusable; train it anew"
            )
        }
        try Output.standard.writeLine(json ? try evaluation.json : EvaluationText.lines(evaluation))
    }
}
