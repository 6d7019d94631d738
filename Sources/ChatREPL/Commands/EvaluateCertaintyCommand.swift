import ArgumentParser
import ChatCore
import ChatEvaluation
import Foundation

struct EvaluateCertaintyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certainty",
        abstract: "Measure how far a model's own probabilities tell which replies are right.",
        discussion: """
            A curve from the probability of a reply to how often such replies are right is fitted to \
            every second dialogue of the sets and judged by the others. With -o the model is written \
            with it; the chat then marks replies below the limit, the certainty from which on 95 in \
            100 of the fitted replies were right. No reply and no hash changes.

            Example: charchat evaluate certainty corpus/heldout/talk-*.jsonl -o model.safetensors
            """)

    @Argument(help: ArgumentHelp("Dialogue sets.", valueName: "FILE"))
    var files: [String]

    @OptionGroup var model: ModelOption

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write the model with its curve.", valueName: "MODEL"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "The share of right replies wanted at the limit, above 0 and below 1.",
            valueName: "SHARE"))
    var wanted = 0.95

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard wanted > 0, wanted < 1 else {
            throw ValidationError(phrase("--wanted must be above 0 and below 1."))
        }
    }

    func run() throws {
        Signals.install(suspend: false)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let sets = try files.map { try DialogueSet(file: URL(fileURLWithPath: $0)) }
        let model = try model.load()
        guard
            let observed = try CertaintyFit.observations(
                sets, model: model, progress: { !interrupts.shouldStop() })
        else { throw interrupts.exitCode }
        let parts = [0, 1].map { part in
            observed.indices.filter { $0 % 2 == part }.flatMap { observed[$0] }
        }
        guard let fit = CertaintyFit(parts[0], judgedBy: parts[1], wanted: wanted) else {
            throw CommandFailure(
                phrase("no curve can be fitted: too few replies, or all of them right or all wrong")
            )
        }
        if let output {
            let url = URL(fileURLWithPath: output)
            try TrainingOutput.requireWritable(url)
            let lock = try TrainingOutput.hold(url, shownAs: output)
            defer { withExtendedLifetime(lock) {} }
            try ModelFile.save(model.with(fit.curve), to: url)
        }
        if json {
            try Output.standard.writeLine(try JSONText.line(fit))
        } else {
            try Output.standard.tell(CertaintyText.lines(fit, replies: parts.map(\.count)))
        }
    }
}
