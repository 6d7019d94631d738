import ArgumentParser
import ChatCore
import ChatCorpus
import ChatTraining
import Foundation

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a model on local text.",
        discussion: """
            A corpus is one or several files of one kind: plain text, which the chat then goes on \
            with line by line, or questions and answers, chats and dialogues in the forms that people \
            have ('charchat corpus show --help' lists them, 'charchat corpus show FILE' tells what a \
            file is taken for); a folder or archive of such files; or a folder of lessons (see \
            corpus/README.md).

            The best weights are in MODEL; a loss curve is drawn in MODEL's name with .svg. Ctrl-C \
            stops and keeps everything; the same command with --resume goes on. A model or an \
            interrupted run that is there already is replaced at the first evaluation, not before.

            Example: charchat train notes.txt -o notes.safetensors --minutes 5
            """)

    @Argument(
        help: ArgumentHelp("The corpus; - is standard input.", valueName: "FILE"),
        completion: .file())
    var files: [String]

    @OptionGroup var reading: ReadingOptions

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The model file to write.", valueName: "MODEL"),
        completion: CompletedNames.models)
    var output = ""

    @OptionGroup var choices: TrainingChoices

    @Option(
        help: ArgumentHelp(
            "With --from: a folder of lessons that the model knew, read in turn with FILE, so that it does not forget them.",
            valueName: "LESSONS"))
    var rehearse: String?

    @Option(help: ArgumentHelp("Train for so long. Default: 5.", valueName: "M"))
    var minutes: Double?

    @Option(help: ArgumentHelp("Train for so many passes over the text.", valueName: "N"))
    var epochs: Double?

    @Option(help: ArgumentHelp("Train for so many steps.", valueName: "N"))
    var steps: Int?

    @Option(help: ArgumentHelp("Highest learning rate.", valueName: "RATE"))
    var learningRate: Double?

    @Option(
        help: ArgumentHelp(
            "Part of each layer's output left out at random while training. Default: 0; more for a text that is short beside --minutes.",
            valueName: "P"))
    var dropout: Double?

    @Option(
        help: ArgumentHelp(
            "The part of the sequences that learn to fill a gap in a plain text, for 'charchat fill'. Default: 0; 0.25 is enough.",
            valueName: "SHARE"))
    var fill: Double?

    @Option(help: ArgumentHelp("Threads. Default: one a core, at most 8.", valueName: "N"))
    var threads: Int?

    @Option(
        help:
            "Of matrix products: bfloat16 or float32. Default: bfloat16 where the processor has it."
    )
    var precision: ProductPrecision?

    @Option(help: "Of the inner matrices of gated-delta and kda layers: adamw or muon.")
    var optimizer: OptimizerKind?

    @Option(help: ArgumentHelp("Evaluations over the whole run.", valueName: "N"))
    var evaluations: Int?

    @Option(
        help: ArgumentHelp("Evaluations without progress before an early stop.", valueName: "N"))
    var patience: Int?

    @Flag(help: "Round the finished weights to bfloat16: a file of half the size.")
    var compact = false

    @Option(
        help: ArgumentHelp("Only show so many dialogues made from lessons.", valueName: "N"))
    var show: Int?

    @Flag(help: "Go on with an interrupted run.")
    var resume = false

    @Flag(help: "One JSON object a line on standard output.")
    var json = false

    func validate() throws {
        guard [minutes != nil, epochs != nil, steps != nil].filter(\.self).count <= 1 else {
            throw ValidationError(phrase("Give one of --minutes, --epochs and --steps."))
        }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        if let threads, !(1...cores).contains(threads) {
            throw ValidationError(phrase("--threads must be 1 to %@ on this machine.", cores))
        }
        guard rehearse == nil || choices.from != nil else {
            throw ValidationError(
                phrase("--rehearse keeps what a model knew: name the model with --from."))
        }
        if show != nil {
            guard files.count == 1 else {
                throw ValidationError(phrase("--show takes one folder of lessons."))
            }
        } else {
            guard !output.isEmpty else {
                throw ValidationError(phrase("Name the model file to write: -o MODEL."))
            }
            try TrainingChoices.check(request)
            let pretrained = try? choices.pretrainedURL()
            try TrainingOutput.check(output, reading: files + [pretrained?.path].compactMap(\.self))
        }
    }

    func run() throws {
        if let show { return try showLessons(show) }
        // Before a corpus is read for minutes.
        try Trainer.requireLibrary()
        let modelURL = URL(fileURLWithPath: output)
        let checkpointURL = TrainingOutput.checkpoint(beside: modelURL)
        try TrainingOutput.requireWritable(modelURL)
        let lock = try TrainingOutput.hold(modelURL, shownAs: output)
        defer { withExtendedLifetime(lock) {} }
        Leftovers.remove(beside: modelURL)
        let (data, pretrained) = try choices.open(
            files, reading: try reading.options(), rehearsing: rehearse)
        let checkpoint = resume ? try interruptedRun(modelURL, checkpointURL) : nil
        let plan = try TrainingPlan(
            request, for: data, pretrained: pretrained?.network.configuration, resuming: checkpoint)
        let memory = try MemoryLimit.check(plan.configuration, plan.options)
        let trainer = try Trainer(
            plan.configuration, data: data, options: plan.options, from: pretrained?.network,
            resuming: checkpoint)
        Signals.install(suspend: false, waitsLong: true)
        let display = TrainingDisplay(json: json, data: data)
        try display.begin(
            plan.configuration, options: plan.options, memory: memory,
            resumedAt: checkpoint?.progress)

        var run = TrainingRun(
            model: modelURL, shownAs: output, checkpoint: checkpointURL,
            replaced: resume
                ? [] : try TrainingOutput.announceReplaced([modelURL, checkpointURL]),
            display: display, interrupts: SignalInterrupts(interruptEnds: true))
        let outcome = try trainer.run { try run.take($0) }
        let model = try outcome.chatModel(
            data, options: plan.options, compact: compact, after: pretrained?.training)
        try run.end(outcome, model: model)
    }

    /// What `--resume` goes on with; nil, with a notice, where nothing was begun.
    private func interruptedRun(_ modelURL: URL, _ checkpointURL: URL) throws -> Checkpoint? {
        if FileManager.default.fileExists(atPath: checkpointURL.path) {
            try MemoryLimit.check(checkpointURL)
            return try CheckpointFile.load(checkpointURL)
        }
        if FileManager.default.fileExists(atPath: modelURL.path) {
            throw CommandFailure(
                phrase(
                    "no interrupted run to resume, and %@ is there already; leave out --resume to train it anew, or go on from it with --from %@",
                    output, output)
            )
        }
        try Output.error.tell(
            phrase("No interrupted run at %@: beginning anew.", checkpointURL.path))
        return nil
    }

    /// What lesson authors want to see: dialogues as training reads them.
    private func showLessons(_ count: Int) throws {
        let shown = VisibleText.oneLine(files[0])
        if FileManager.default.fileExists(atPath: files[0]),
            !URL(fileURLWithPath: files[0]).isFolder
        {
            throw CommandFailure(
                phrase(
                    "%@ is a file, and --show draws dialogues of a folder of lessons; 'charchat corpus show %@' shows what training reads",
                    shown, shown)
            )
        }
        var source = LessonSource(
            try LessonFolder.load(URL(fileURLWithPath: files[0])), seed: choices.seed)
        for _ in 0..<max(0, count) {
            var turns = source.nextAnnotated().turns
            if json {
                // A file of dialogues cannot say that a reply is a slip.
                for _ in 0..<100 where turns.contains(where: \.isSpoiled) {
                    turns = source.nextAnnotated().turns
                }
                let dialogue = Dialogue(exchanges: turns.map { ($0.user, $0.reply) })
                try Output.standard.writeLine(try JSONText.line(dialogue))
                continue
            }
            for turn in turns {
                // What is there to be read and not to be learned.
                let reply = turn.isSpoiled ? "(slip) \(turn.reply)" : turn.reply
                try Output.standard.tell(VisibleText.lines(">>> \(turn.user)\n\(reply)"))
            }
            try Output.standard.writeLine("")
        }
    }
}

/// What the command line says, as a request for training.
extension TrainCommand {
    var request: TrainingRequest {
        var request = choices.request
        request.budget =
            minutes.map(TrainingBudget.minutes) ?? epochs.map(TrainingBudget.epochs)
            ?? steps.map(TrainingBudget.steps)
        request.peakLearningRate = learningRate
        request.dropout = dropout
        request.fill = fill
        request.workers = threads
        request.precision = precision
        request.optimizer = optimizer
        request.evaluations = evaluations
        request.patience = patience
        return request
    }
}

extension OptimizerKind: ExpressibleByArgument {}
extension ProductPrecision: ExpressibleByArgument {}
