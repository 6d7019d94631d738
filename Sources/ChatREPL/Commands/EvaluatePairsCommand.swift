import ArgumentParser
import ChatCore
import ChatCorpus
import ChatEvaluation
import Foundation

struct EvaluatePairsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pairs",
        abstract: "Count the answers of a file of pairs that a model gives word for word.",
        discussion: """
            Each question is asked in a chat of its own, and all of them in one chat; replies are \
            greedy. The questions may be those it was trained on, or the same reworded.

            Example: charchat evaluate pairs faq.csv -m faq.safetensors
            """)

    @Argument(
        help: ArgumentHelp("Questions and answers in any form.", valueName: "FILE"),
        completion: .file())
    var file: String

    @OptionGroup var model: ModelOption
    @OptionGroup var reading: ReadingOptions

    @Option(help: ArgumentHelp("Ask so many, spread over the file.", valueName: "N"))
    var limit: Int?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError(phrase("--limit must be at least 1.")) }
    }

    func run() throws {
        Signals.install(suspend: false)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let evaluation = try PairEvaluation(
            file: ReadingOptions.urls([file])[0], model: try model.load(),
            options: try reading.options(), limit: limit
        ) { _ in !interrupts.shouldStop() }
        guard let evaluation else { throw interrupts.exitCode }
        if json {
            return try Output.standard.writeLine(try JSONText.line(evaluation, snakeCase: true))
        }
        try Output.standard.tell(
            phrase(
                "%@ of %@ right, each in a chat of its own", evaluation.alone.right,
                evaluation.alone.of))
        try Output.standard.tell(
            phrase("%@ of %@ right, all in one chat", evaluation.inChat.right, evaluation.inChat.of)
        )
        for failure in evaluation.failures {
            let place = failure.inChat ? phrase("in the chat") : phrase("alone")
            try Output.standard.tell(
                VisibleText.oneLine("\(place): \(failure.question) -> \(failure.reply)"))
        }
    }
}
