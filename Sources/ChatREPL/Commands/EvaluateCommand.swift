import ArgumentParser
import ChatCore
import ChatCorpus
import ChatEvaluation
import Foundation

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure how well a model knows a text or answers a dialogue set.",
        discussion: "Example: charchat evaluate text book.txt -m bard.safetensors --json",
        subcommands: [
            EvaluateTextCommand.self, EvaluatePairsCommand.self, EvaluateDialoguesCommand.self,
            EvaluateCertaintyCommand.self, EvaluateFillCommand.self,
        ])
}

struct EvaluateTextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text", abstract: "The loss on a text, or on the replies of dialogues.",
        discussion: """
            Losses are per character (Unicode scalar of the text in NFC); the model is not changed \
            by what it reads. Of dialogues, pairs and chats the replies count, each dialogue from a \
            fresh state.

            Example: charchat evaluate text last-tenth.txt -m bard.safetensors
            """)

    @Argument(
        help: ArgumentHelp("A text or a file of dialogues.", valueName: "FILE"), completion: .file()
    )
    var file: String

    @OptionGroup var model: ModelOption
    @OptionGroup var reading: ReadingOptions

    @Flag(help: "Tell the loss of each line, or exchange, too.")
    var lines = false

    @Flag(help: "Print one JSON object, with --lines one a line and the sum last.")
    var json = false

    private struct Line: Encodable {
        var text: String
        var characters: Int
        var nats_per_character: Double
    }

    private func requireNumber(_ loss: Double) throws {
        guard !loss.isFinite else { return }
        throw CommandFailure(
            phrase(
                "the model's loss on %@ is not a number: its weights are unusable; train it anew",
                VisibleText.oneLine(file))
        )
    }

    private func tell(_ line: TextEvaluation.Line) throws {
        let loss = line.nats / Double(max(1, line.characters))
        try requireNumber(loss)
        if json {
            try Output.standard.writeLine(
                try JSONText.line(
                    Line(text: line.text, characters: line.characters, nats_per_character: loss)))
        } else {
            try Output.standard.tell(
                "\(ModelText.fixed(loss, 4))\t\(VisibleText.oneLine(line.text.replacing("\t", with: " => ")))"
            )
        }
    }

    func run() throws {
        Signals.install(suspend: false)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let onLine: ((TextEvaluation.Line) throws -> Void)? = lines ? { try tell($0) } : nil
        let evaluation = try TextEvaluation(
            file: ReadingOptions.urls([file])[0], model: try model.load(),
            options: try reading.options(), progress: { _ in !interrupts.shouldStop() },
            onLine: onLine)
        guard let evaluation else {
            throw interrupts.exitCode
        }
        try requireNumber(evaluation.natsPerCharacter)
        if json {
            try Output.standard.writeLine(try evaluation.json)
        } else {
            try Output.standard.tell(EvaluationText.lines(evaluation))
        }
    }
}
