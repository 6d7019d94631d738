import ChatCore
import ChatTraining
import Foundation

/// Shows a training run: a progress bar at a terminal, plain lines elsewhere, JSON where asked for.
final class TrainingDisplay {
    private let json: Bool
    private let data: TrainingData
    private let output = Output.standard
    private let notices = Output.error
    private var barIsShown = false
    private let showsBar: Bool
    private var random = RandomStream(seed: 1)

    /// Text below this many characters is trained with a warning.
    static let smallCorpus = 1_000_000

    init(json: Bool, data: TrainingData) {
        self.json = json
        self.data = data
        showsBar = !json && Output.standard.canRedraw
    }

    /// - Parameter memory: what the training needs, with its unit.
    func begin(
        _ configuration: ModelConfiguration, options: TrainingOptions, memory: String,
        resumedAt progress: TrainingProgress?
    ) throws {
        if let heldOut = data.heldOut { try notices.tell(Words.spoken.retold(heldOut)) }
        guard !json else { return }
        let layer = configuration.layers[0]
        let dropout = options.dropout > 0 ? phrase(", dropout %@", options.dropout) : ""
        let fill = options.fill > 0 ? phrase(", %@ of it filling gaps", options.fill) : ""
        let copyHead = configuration.copyHeadSize.map { phrase(", copy head %@", $0) } ?? ""
        let pointerHead =
            configuration.pointerHead.map { phrase(", pointer head %@", $0.keySize) } ?? ""
        let heads = copyHead + pointerHead
        try output.tell(
            "\(layer.cell.rawValue), \(configuration.layers.count) × \(layer.hiddenSize)\(heads), "
                + phrase(
                    "%@ parameters, %@ symbols, %@ threads (%@)",
                    ModelText.grouped(configuration.parameterCount), configuration.symbolCount,
                    options.workers, TrainingBenchmark.instructionSet) + dropout + fill
                + phrase(", about %@ of memory", memory)
        )
        if let characters = data.characters {
            try output.tell(
                phrase(
                    "%@: %@ characters to train on",
                    VisibleText.oneLine(data.fileNames.joined(separator: ", ")),
                    ModelText.grouped(characters))
            )
            if characters < Self.smallCorpus { try warnOfSmallCorpus(characters) }
        }
        if let progress {
            try output.tell(phrase("Going on at step %@.", progress.step))
        }
    }

    private func warnOfSmallCorpus(_ characters: Int) throws {
        guard data.format == .text else { return }
        let expectation =
            characters < 100_000
            ? phrase("the model will mostly repeat it")
            : phrase("expect its words and style, but little sense beyond a line")
        try notices.tell(
            phrase(
                "This corpus is small (%@ characters): %@; a million or more is better.",
                ModelText.grouped(characters), expectation)
        )
    }

    func show(_ event: TrainingEvent) throws {
        switch event {
        case .progress(let progress):
            if showsBar { try draw(progress) }
        case .evaluation(let progress, let model):
            if json { return try line(.init(event: "evaluation", progress)) }
            try clearBar()
            try output.tell(Self.summary(progress))
            try sample(model)
        case .checkpoint: break
        }
    }

    func end(_ outcome: TrainingOutcome, model: ChatModel, curve: LossCurve, at path: String) throws
    {
        if json {
            return try done(outcome, model: model.hash)
        }
        try clearBar()
        let width = min(60, TerminalSize.columns(output))
        for row in curve.text(width: width) { try output.writeLine(row) }
        if outcome.end == .earlyStop {
            try output.tell(phrase("Stopped early: the validation loss no longer falls."))
        }
        let best = outcome.bestValidationLoss.map { Self.loss($0) } ?? phrase("no evaluation yet")
        try output.tell(
            phrase(
                "%@: best validation loss %@, %@ characters in %@", VisibleText.oneLine(path), best,
                ModelText.grouped(outcome.progress.characters),
                Self.duration(outcome.progress.elapsedSeconds))
        )
    }

    // MARK: JSON

    private struct Line: Encodable {
        var event: String
        var step: Int
        var characters: Int
        var symbols: Int?
        var train_loss: Double?
        var validation_loss: Double?
        var characters_per_second: Double
        var elapsed_seconds: Double
        /// Of `done`: why the run ended, `budget_used`, `early_stop`, `interrupted` or `diverged`.
        var end: String?
        /// Of `done`: the lowest validation loss and the step at which it was measured; the model in the
        /// file is the one of that step.
        var best_validation_loss: Double?
        var best_step: Int?
        var model: String?

        init(event: String, _ progress: TrainingProgress) {
            self.event = event
            step = progress.step
            characters = progress.characters
            symbols = progress.symbols
            train_loss = progress.trainLoss.isFinite ? progress.trainLoss : nil
            validation_loss = progress.validationLoss.flatMap { $0.isFinite ? $0 : nil }
            characters_per_second = progress.charactersPerSecond
            elapsed_seconds = progress.elapsedSeconds
        }
    }

    /// What a run leaves, as the last line of `--json`; nothing elsewhere.
    /// - Parameter model: the hash of what was written; nil where nothing was.
    func done(_ outcome: TrainingOutcome, model: String?) throws {
        guard json else { return }
        var done = Line(event: "done", outcome.progress)
        done.end =
            switch outcome.end {
            case .budgetUsed: "budget_used"
            case .earlyStop: "early_stop"
            case .interrupted: "interrupted"
            case .diverged: "diverged"
            }
        // The loss of the weights that were kept, under both names.
        done.validation_loss = outcome.bestValidationLoss
        done.best_validation_loss = outcome.bestValidationLoss
        done.best_step = outcome.history.last { $0.isBest }?.step
        done.model = model
        try line(done)
    }

    private func line(_ value: Line) throws {
        try output.writeLine(try JSONText.line(value))
    }

    // MARK: Text

    static func summary(_ progress: TrainingProgress) -> String {
        let validation = progress.validationLoss.map { loss($0) } ?? "-"
        let rate = ModelText.grouped(Int(progress.charactersPerSecond))
        return phrase(
            "%@  step %@  training %@  validation %@  %@ characters/s", percent(progress.fraction),
            progress.step, loss(progress.trainLoss), validation, rate)
            + (progress.isBest ? "" : "  " + phrase("(not better)"))
    }

    /// Nats, and the same in bits.
    static func loss(_ nats: Double) -> String {
        phrase("%@ (%@ bits)", ModelText.fixed(nats, 4), ModelText.fixed(nats / log(2), 3))
    }

    static func percent(_ fraction: Double) -> String {
        String(format: "%3.0f %%", min(1, fraction) * 100)
    }

    static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return whole < 3600
            ? String(format: "%d:%02d", whole / 60, whole % 60)
            : String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
    }

    // MARK: Terminal

    private func draw(_ progress: TrainingProgress) throws {
        let remaining =
            progress.fraction > 0.01
            ? duration(progress.elapsedSeconds) + "<" + Self.eta(progress) : "…"
        let validation =
            progress.validationLoss.map { phrase(" valid %@", ModelText.fixed($0, 3)) } ?? ""
        let text =
            "\(Self.percent(progress.fraction)) \(ProgressLine.bar(progress.fraction)) \(remaining)  "
            + phrase(
                "loss %@%@  %@ bits  %@/s", ModelText.fixed(progress.trainLoss, 3), validation,
                ModelText.fixed(progress.trainLoss / log(2), 2),
                ModelText.grouped(Int(progress.charactersPerSecond)))
        try ProgressLine.put(text, on: output)
        barIsShown = true
    }

    private func duration(_ seconds: Double) -> String { Self.duration(seconds) }

    private static func eta(_ progress: TrainingProgress) -> String {
        duration(progress.elapsedSeconds * (1 / progress.fraction - 1))
    }

    private func clearBar() throws {
        guard barIsShown else { return }
        try ProgressLine.clear(output)
        barIsShown = false
    }

    /// Two lines or so of what the model writes by now.
    private func sample(_ network: LanguageModel) throws {
        let model = try ChatModel(network: network, alphabet: data.alphabet, format: data.format)
        var text = ""
        TextSampler(model: model).write(
            150, after: "", settings: .text,
            random: &random
        ) {
            text += $0
            return true
        }
        // Where no spaces part the words, the first of them stays beside the mark.
        let space = output.isTerminal ? "\u{A0}" : " "
        for line in VisibleText.lines(text).split(separator: "\n").prefix(6) {
            try output.tell("    |\(space)\(line)", hanging: 6)
        }
    }
}
