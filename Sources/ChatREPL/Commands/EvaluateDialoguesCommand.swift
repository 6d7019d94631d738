import ArgumentParser
import ChatCore
import ChatEvaluation
import ChatSearch
import Foundation

struct EvaluateDialoguesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dialogues",
        abstract: "Score a dialogue set: with the session, without it, and by search.",
        discussion: """
            A dialogue set has one JSON object a line: {"id","turns":[{"user","accept","reject",\
            "needs","gap"}]}. A reply is right where it matches one of the regular expressions in \
            accept and none in reject (which may be left out); needs is none, world, session or \
            abstain, what a right reply rests on; gap, which may be left out, counts the turns between \
            telling and asking. Replies are greedy unless a temperature is given, and a dialogue runs on with \
            the model's own replies. Several sets are scored one after another; --json gives one \
            object a set. Search is asked each turn's question alone and says its best hit's answer; \
            where no entry matches 35 % of the question's weight (rare words weigh most) it says that \
            nothing was found and that it does not know, and is judged by that. Intervals are 95 %, by \
            bootstrap over dialogues.

            Example: charchat evaluate dialogues corpus/heldout/memory-en.jsonl --json
            """)

    @Argument(
        help: ArgumentHelp("Dialogue sets; - is standard input.", valueName: "FILE"),
        completion: .file())
    var files: [String]

    @OptionGroup var model: ModelOption
    @OptionGroup var sampling: SamplingOptions
    @OptionGroup var search: SearchOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    /// Dialogues at the same time, for each core: their steps are made together.
    private static let dialoguesPerCore = 4

    func run() throws {
        let urls = try files.map(StandardInput.url)
        Signals.install(suspend: false)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let sets = try zip(files, urls).map { ($0, try DialogueSet(file: $1)) }
        let chatModel = try model.load()
        let settings = sampling.settings(unlessGiven: SamplingSettings(temperature: 0))
        let seed = sampling.seed ?? 1
        // Draws of one seed come one after another.
        let cores =
            settings.temperature == 0 ? min(8, ProcessInfo.processInfo.activeProcessorCount) : 1
        let workers = settings.temperature == 0 ? cores * Self.dialoguesPerCore : 1
        let steps = SharedSteps(chatModel.network, workers: cores)
        let index = try openSearch(interrupts)
        for (file, set) in sets {
            var failure: (any Error)?
            let evaluation = try DialogueEvaluation(
                set, workers: workers,
                search: index.map { index in
                    { question in
                        do {
                            return try index.reply(
                                to: question, shouldContinue: { !interrupts.shouldStop() }
                            ).text
                        } catch let error {
                            failure = error
                            return nil
                        }
                    }
                },
                responder: {
                    ModelResponder(
                        ReplyGenerator(model: chatModel, engine: StepEngine(sharing: steps)),
                        settings: settings, seed: seed)
                },
                progress: { _ in failure == nil && !interrupts.shouldStop() })
            if let failure {
                try interrupts.throwIfEnded()
                throw failure
            }
            guard let evaluation else {
                throw interrupts.exitCode
            }
            if json {
                try Output.standard.writeLine(try JSONText.line(evaluation))
            } else {
                if sets.count > 1 { try Output.standard.tell("\(VisibleText.oneLine(file)):") }
                try Output.standard.tell(EvaluationText.lines(evaluation))
            }
        }
    }

    /// What is searched; nil, with a notice, where nothing was named and no world came with charchat.
    private func openSearch(_ interrupts: SignalInterrupts) throws -> SearchIndex? {
        do {
            return try search.open(interrupts: interrupts)
        } catch let failure as CommandFailure {
            try? Output.error.tell("charchat: " + phrase("without search: %@", failure))
            return nil
        }
    }
}
