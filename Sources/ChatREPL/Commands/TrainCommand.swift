import ArgumentParser
import ChatCore
import Foundation

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a model on local text.",
        discussion: """
            A corpus is one or several files of one kind, in UTF-8:
              .txt    plain text; the chat then goes on with it line by line
              .jsonl  {"messages":[{"role":"user","content":"…"},{"role":"assistant","content":"…"}]}
                      a line, or charchat's own transcripts
              .tsv    question, tab, answer
            or a folder of lessons (see corpus/README.md).

            The best weights are in MODEL; a loss curve is drawn in MODEL's name with .svg. Ctrl-C \
            stops and keeps everything; the same command with --resume goes on. A model or an \
            interrupted run that is there already is replaced at the first evaluation, not before.

            Example: charchat train notes.txt -o notes.safetensors --minutes 5
            """)

    @Argument(help: ArgumentHelp("The corpus.", valueName: "FILE"))
    var files: [String]

    @Option(name: .shortAndLong, help: ArgumentHelp("The model file to write.", valueName: "MODEL"))
    var output = ""

    @Option(
        help: ArgumentHelp(
            "Go on teaching this model: its shape, alphabet and weights.", valueName: "MODEL"))
    var from: String?

    @Option(
        help:
            "Size of the model: tiny, small or base. Default: small; base for a text that is short beside --minutes."
    )
    var preset: Preset?

    @Option(
        help:
            "Recurrent cell: lstm, gru or gated-delta. Default: gru for text, gated-delta for dialogues."
    )
    var cell: CellKind?

    @Option(help: ArgumentHelp("Recurrent layers.", valueName: "N"))
    var layers: Int?

    @Option(help: ArgumentHelp("Width of the layers.", valueName: "N"))
    var hidden: Int?

    @Option(help: ArgumentHelp("Train for so long. Default: 5.", valueName: "M"))
    var minutes: Double?

    @Option(help: ArgumentHelp("Train for so many passes over the text.", valueName: "N"))
    var epochs: Double?

    @Option(help: ArgumentHelp("Train for so many steps.", valueName: "N"))
    var steps: Int?

    @Option(help: ArgumentHelp("The same seed gives the same start and order.", valueName: "N"))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp("The last part of the text, kept for validation.", valueName: "FRACTION")
    )
    var validation = 0.1

    @Option(help: ArgumentHelp("Highest learning rate.", valueName: "RATE"))
    var learningRate: Double?

    @Option(
        help: ArgumentHelp(
            "Part of each layer's output left out at random while training. Default: 0; more for a text that is short beside --minutes.",
            valueName: "P"))
    var dropout: Double?

    @Option(help: ArgumentHelp("Lanes trained side by side.", valueName: "N"))
    var batch: Int?

    @Option(help: ArgumentHelp("Characters of a training window.", valueName: "N"))
    var window: Int?

    @Option(help: ArgumentHelp("Threads. Default: one a core, at most 8.", valueName: "N"))
    var threads: Int?

    @Option(
        help:
            "Of matrix products: bfloat16 or float32. Default: bfloat16 where the processor has it."
    )
    var precision: ProductPrecision?

    @Option(help: "Of the inner matrices of gated-delta layers: adamw or muon.")
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
            throw ValidationError("Give one of --minutes, --epochs and --steps.")
        }
        guard validation > 0, validation <= 0.5 else {
            throw ValidationError("--validation must be more than 0 and at most 0.5.")
        }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        if let threads, !(1...cores).contains(threads) {
            throw ValidationError("--threads must be 1 to \(cores) on this machine.")
        }
        if from != nil, preset != nil || cell != nil || layers != nil || hidden != nil {
            throw ValidationError(
                "--from takes the model's shape: leave out --preset, --cell, --layers and --hidden."
            )
        }
        if show != nil {
            guard files.count == 1 else {
                throw ValidationError("--show takes one folder of lessons.")
            }
        } else {
            guard !output.isEmpty else {
                throw ValidationError("Name the model file to write: -o MODEL.")
            }
            try checkOptions()
            try TrainingOutput.check(output, reading: files + (from.map { [$0] } ?? []))
        }
    }

    func run() throws {
        if let show { return try showLessons(show) }
        let modelURL = URL(fileURLWithPath: output)
        let checkpointURL = modelURL.appendingPathExtension("checkpoint")
        try TrainingOutput.requireWritable(modelURL)
        Leftovers.remove(beside: modelURL)
        let taught = try from.map { try ModelFile.load(URL(fileURLWithPath: $0)) }
        let data = try TrainingCorpus.open(
            files, validation: validation, alphabet: taught?.alphabet)
        guard taught == nil || taught?.format == data.format else {
            throw CommandFailure(
                "\(from ?? "") was taught \(taught?.format == .text ? "text" : "dialogues"); give more of these, or leave out --from"
            )
        }
        let cell =
            taught?.network.configuration.layers[0].cell ?? cell ?? Preset.cell(for: data.format)
        var checkpoint: Checkpoint?
        if resume {
            if FileManager.default.fileExists(atPath: checkpointURL.path) {
                checkpoint = try CheckpointFile.load(checkpointURL)
            } else if FileManager.default.fileExists(atPath: modelURL.path) {
                throw CommandFailure(
                    "no interrupted run to resume, and \(output) is there already; leave out --resume to train it anew, or go on from it with --from \(output)"
                )
            } else {
                try Output.error.writeLine(
                    "No interrupted run at \(checkpointURL.path): beginning anew.")
            }
        }
        var options = options(cell: cell, format: data.format, resuming: checkpoint?.options)
        let preset =
            preset
            ?? Preset.suited(
                format: data.format, characters: data.characters, budget: options.budget)
        // Only where it was measured: on models of the base size.
        let usual =
            taught == nil && preset == .base
            ? Preset.dropout(
                format: data.format, characters: data.characters, budget: options.budget) : 0
        options.dropout = dropout ?? checkpoint?.options.dropout ?? usual
        // A run that goes on for longer keeps its size.
        let isAsked = self.preset != nil || self.cell != nil || hidden != nil || layers != nil
        let configuration =
            try taught?.network.configuration
            ?? (isAsked ? nil : checkpoint?.configuration)
            ?? preset.configuration(
                cell: cell, symbolCount: data.alphabet.count, hiddenSize: hidden,
                layerCount: layers)

        let trainer = try Trainer(
            configuration, data: data, options: options, from: taught?.network,
            resuming: checkpoint)
        let display = TrainingDisplay(json: json, data: data)
        try display.begin(configuration, options: options, resumedAt: checkpoint?.progress)

        Signals.install(suspend: false, keepingNohup: true)
        let interrupts = SignalInterrupts(interruptEnds: true)
        // A command repeated by mistake and stopped at once must not cost the run before it.
        let replaced = resume ? [] : try TrainingOutput.announceReplaced([modelURL, checkpointURL])
        // A reader that went away ends the run as a signal does: everything is saved first.
        var outputFailure: OutputError?
        var isCheckpointSaved = false
        var isEvaluated = false
        let outcome = try trainer.run { event in
            var goesOn = !interrupts.shouldStop()
            if case .evaluation = event { isEvaluated = true }
            if case .checkpoint(let checkpoint) = event {
                if !isEvaluated, replaced.contains(checkpointURL) { return goesOn }
                do {
                    try CheckpointFile.save(checkpoint, to: checkpointURL)
                    isCheckpointSaved = true
                } catch {
                    // A disk that has no room for it may yet have room for the model.
                    isCheckpointSaved = false
                    try? Output.error.writeLine(
                        "The checkpoint was not written: \(FailureReport.sentence(for: error))")
                }
            } else if outputFailure == nil, interrupts.termination != SIGHUP {
                do {
                    try display.show(event)
                } catch let failure as OutputError {
                    outputFailure = failure
                }
            }
            if interrupts.shouldStop() { goesOn = false }
            return goesOn && outputFailure == nil
        }
        let model = ChatModel(
            network: compact ? outcome.model.roundedToBFloat16 : outcome.model,
            alphabet: data.alphabet, format: data.format,
            training: record(
                outcome, data: data, options: options, before: taught?.training))
        if outcome.end == .diverged {
            let isKept = outcome.bestValidationLoss != nil
            if isKept { try ModelFile.save(model, to: modelURL) }
            throw TrainingError.diverged(
                step: outcome.progress.step, loss: outcome.progress.trainLoss, isKept: isKept)
        }
        let isKept = outcome.end == .interrupted && !isEvaluated && !replaced.isEmpty
        if !isKept { try ModelFile.save(model, to: modelURL) }
        let curve = LossCurve(history: outcome.history)
        let curveURL = TrainingOutput.curve(beside: modelURL)
        if !outcome.history.isEmpty {
            do {
                try curve.svg(title: modelURL.lastPathComponent)
                    .write(to: curveURL, atomically: true, encoding: .utf8)
            } catch {
                try? Output.error.writeLine(
                    "The loss curve was not written: \(FailureReport.sentence(for: error))")
            }
        }
        if outputFailure == nil {
            do {
                if !isKept { try display.end(outcome, model: model, curve: curve, at: output) }
            } catch let failure as OutputError {
                outputFailure = failure
            }
        }
        switch outcome.end {
        case .budgetUsed, .earlyStop:
            try? FileManager.default.removeItem(at: checkpointURL)
            if let outputFailure { throw outputFailure }
        case .interrupted:
            try? Output.error.writeLine(
                isCheckpointSaved
                    ? "Interrupted. Saved in \(checkpointURL.path); the same command with --resume goes on."
                    : isKept
                        ? "Interrupted before the first evaluation: what was there is as it was."
                        : "Interrupted. The model is saved as it is; --resume cannot go on from here."
            )
            if let outputFailure, interrupts.termination == nil { throw outputFailure }
            throw interrupts.exitCode
        case .diverged: break
        }
    }

    /// What lesson authors want to see: dialogues as training reads them.
    private func showLessons(_ count: Int) throws {
        var source = LessonSource(
            try LessonFolder.load(URL(fileURLWithPath: files[0])), seed: seed)
        for _ in 0..<max(0, count) {
            for turn in source.nextAnnotated().turns {
                try Output.standard.writeLine(">>> \(turn.user)\n\(turn.reply)")
            }
            try Output.standard.writeLine("")
        }
    }
}
