import ArgumentParser
import ChatCore
import ChatCorpus
import ChatEvaluation
import Foundation

struct EvaluateFillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fill",
        abstract: "What knowing the text behind a gap is worth to a model that fills.",
        discussion: """
            The middle third is taken out of lines of FILE, 200 spread over it, and what it cost the \
            model is told twice: with both sides given, and with the left side alone.

            Example: charchat evaluate fill last-tenth.txt -m notes.safetensors
            """)

    @Argument(
        help: ArgumentHelp("A plain text that the model never read.", valueName: "FILE"),
        completion: .file())
    var file: String

    @OptionGroup var model: ModelOption
    @OptionGroup var reading: ReadingOptions

    @Option(help: ArgumentHelp("Ask so many lines.", valueName: "N"))
    var limit = 200

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError(phrase("--limit must be at least 1.")) }
    }

    func run() throws {
        let chatModel = try model.loadFiller()
        let lines = try TextLines.read(
            ReadingOptions.urls([file])[0], try reading.options(), for: "evaluate fill")
        Signals.install(suspend: false)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let evaluation = try FillEvaluation(lines, model: chatModel, limit: limit) { _ in
            !interrupts.shouldStop()
        }
        guard let evaluation else { throw interrupts.exitCode }
        if json {
            return try Output.standard.writeLine(try JSONText.line(evaluation))
        }
        try Output.standard.tell(EvaluationText.lines(evaluation))
    }
}
