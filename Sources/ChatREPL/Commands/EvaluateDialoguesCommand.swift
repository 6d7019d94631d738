import ArgumentParser
import ChatCore
import Foundation

struct EvaluateDialoguesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dialogues",
        abstract: "Score a dialogue set: with the session, and with a fresh state each turn.",
        discussion: """
            A dialogue set has one JSON object a line: {"id","turns":[{"user","accept","reject",\
            "needs"}]}. Replies are greedy, and a dialogue runs on with the model's own replies. \
            Several sets are scored one after another; --json gives one object a set.

            Example: charchat evaluate dialogues corpus/heldout/memory-en.jsonl --json
            """)

    @Argument(help: ArgumentHelp("Dialogue sets.", valueName: "FILE"))
    var files: [String]

    @OptionGroup var model: ModelOption

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        Signals.install(suspend: false)
        let interrupts = SignalInterrupts(interruptEnds: true)
        let sets = try files.map { ($0, try DialogueSet(file: URL(fileURLWithPath: $0))) }
        let responder = GreedyResponder(model: try model.load())
        for (file, set) in sets {
            let evaluation = DialogueEvaluation(
                set, responder: responder, progress: { _ in !interrupts.shouldStop() })
            guard let evaluation else {
                throw ExitCode(ExitStatus.terminated(by: interrupts.termination ?? SIGINT))
            }
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                try Output.standard.writeLine(
                    String(decoding: try encoder.encode(evaluation), as: UTF8.self))
            } else {
                if sets.count > 1 { try Output.standard.writeLine("\(file):") }
                try Output.standard.writeLine(Self.lines(evaluation))
            }
        }
    }

    private static func lines(_ evaluation: DialogueEvaluation) -> String {
        func cell(_ score: DialogueEvaluation.Score?) -> String {
            guard let score, score.of > 0 else { return String(repeating: " ", count: 22) }
            let share = ModelText.fixed(100 * score.share, 1)
            return pad("\(share) % (\(score.right)/\(score.of))", 22)
        }
        func pad(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        var lines = [pad("needs", 10) + pad("session", 22) + pad("fresh state", 22)]
        for need in LessonTurn.Need.allCases where evaluation.session[need.rawValue] != nil {
            lines.append(
                pad(need.rawValue, 10) + cell(evaluation.session[need.rawValue])
                    + cell(evaluation.fresh[need.rawValue]))
        }
        for gap in evaluation.gaps.keys.sorted() {
            lines.append(pad("gap \(gap)", 10) + cell(evaluation.gaps[gap]))
        }
        for failure in evaluation.failures {
            lines.append(
                "\(failure.id), turn \(failure.turn) [\(failure.needs.rawValue)]: "
                    + "\(failure.user) -> \(failure.reply)")
        }
        return lines.joined(separator: "\n")
    }
}
