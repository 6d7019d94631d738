import ChatCore
import Foundation

/// How long to train.
public enum TrainingBudget: Sendable, Equatable, Codable {
    /// Wall-clock minutes, evaluations included.
    case minutes(Double)
    /// Passes over the training text.
    case epochs(Double)
    /// Optimizer steps.
    case steps(Int)
}

/// How weights are updated.
public enum OptimizerKind: String, Sendable, Codable, CaseIterable {
    /// AdamW (Loshchilov and Hutter 2019) for every parameter.
    case adamw
    /// Muon (Jordan et al. 2024) for the inner matrices of delta layers, AdamW for all else.
    case muon
}

/// Everything that determines a training run besides the corpus and the model's shape.
public struct TrainingOptions: Sendable, Equatable, Codable {
    /// How long to train.
    public var budget: TrainingBudget = .minutes(5)
    /// What the first values, the order of the data and dropout are drawn from.
    public var seed: UInt64 = 1
    /// Sequences that are trained side by side: the rows of a window.
    public var batchSize = 32
    /// Time steps of a window, and of truncated backpropagation.
    public var windowLength = 64
    /// Highest learning rate; it rises to it over `warmupSteps` and falls linearly to zero.
    public var peakLearningRate = 3e-3
    /// In steps; at most a tenth of the run where that is known.
    public var warmupSteps = 50
    /// Weight decay: the share that weights lose in a step, times the learning rate.
    public var weightDecay = 0.01
    /// AdamW's β₁: the first moment's decay in a step.
    public var beta1 = 0.9
    /// Half-life of AdamW's second decay, in symbols.
    public var beta2HalfLife = 140_000.0
    /// Largest norm of the gradient; a larger one is scaled down.
    public var clip = 1.0
    /// The weight of the user's characters relative to a reply's.
    public var userWeight: Float = 0.2
    /// Evaluations over the whole run.
    public var evaluations = 8
    /// Evaluations without a better loss after which training stops.
    public var patience = 4
    /// Threads; the last bits of the result depend on it.
    public var workers = 1
    /// What trains the inner matrices of gated delta layers; AdamW trains all else.
    public var optimizer = OptimizerKind.adamw
    /// Of matrix products.
    public var precision = ProductPrecision.float32
    /// The share of each layer's output that is dropped at random in training, 0..<0.9.
    public var dropout: Double {
        get { dropoutShare ?? 0 }
        set { dropoutShare = newValue == 0 ? nil : newValue }
    }
    /// Nil where nothing is dropped: checkpoints without the key resume unchanged.
    private var dropoutShare: Double?
    /// The part of the sequences of a text that learn to fill a gap, 0 to 0.9.
    public var fill: Double {
        get { fillShare ?? 0 }
        set { fillShare = newValue == 0 ? nil : newValue }
    }
    private var fillShare: Double?

    /// What suits a small LSTM on text; `Preset.options(cell:format:)` has what suits others.
    public init() {}

    /// What may be chosen for a run besides its length.
    public enum Choice: String, Sendable, Equatable, CaseIterable {
        /// `seed`.
        case seed
        /// `batchSize`.
        case batch
        /// `windowLength`.
        case window
        /// `peakLearningRate`.
        case learningRate = "learning rate"
        /// `dropout`.
        case dropout
        /// `fill`.
        case fill
        /// `optimizer`.
        case optimizer
        /// `precision`.
        case precision
        /// `workers`.
        case threads

        func value(in options: TrainingOptions) -> String {
            switch self {
            case .seed: "\(options.seed)"
            case .batch: "\(options.batchSize)"
            case .window: "\(options.windowLength)"
            case .learningRate: "\(options.peakLearningRate)"
            case .dropout: "\(options.dropout)"
            case .fill: "\(options.fill)"
            case .optimizer: options.optimizer.rawValue
            case .precision: options.precision.rawValue
            case .threads: "\(options.workers)"
            }
        }
    }

    /// A choice with its value as text.
    public struct Chosen: Sendable, Equatable {
        /// What was chosen.
        public let choice: Choice
        /// The value as a user would type it.
        public let value: String
    }

    /// What a run must choose to have these options instead of `others`, apart from budget, evaluations and
    /// patience.
    func differences(from others: TrainingOptions) -> [Chosen] {
        Choice.allCases.filter { $0.value(in: self) != $0.value(in: others) }
            .map { Chosen(choice: $0, value: $0.value(in: self)) }
    }

    /// - Throws: `TrainingError.options` naming the first invalid value.
    public func validate() throws {
        func require(_ condition: Bool, _ problem: String) throws {
            guard condition else { throw TrainingError.options(problem) }
        }
        switch budget {
        case .minutes(let value):
            try require(value > 0 && value.isFinite, "minutes must be more than 0")
        case .epochs(let value):
            try require(
                value > 0 && value <= 1e6, "epochs must be more than 0 and at most 1000000")
        case .steps(let value): try require(value > 0, "steps must be at least 1")
        }
        try require(batchSize >= 1 && batchSize <= 4096, "the batch must be 1 to 4096 sequences")
        try require(
            windowLength >= 1 && windowLength <= 8192, "the window must be 1 to 8192 symbols")
        try require(
            batchSize * windowLength <= 1 << 18,
            "batch times window must be at most \(1 << 18) symbols a step")
        try require(
            peakLearningRate > 0 && peakLearningRate < 1,
            "the learning rate must be between 0 and 1")
        try require(workers >= 1 && workers <= batchSize, "threads must be 1 to the batch size")
        try require(
            dropout >= 0 && dropout < 0.9, "dropout must be at least 0 and less than 0.9")
        try require(fill >= 0 && fill <= 0.9, "the share that fills must be 0 to 0.9")
        try require(
            fill == 0 || batchSize > 1, "filling takes a sequence beside one that reads the text")
        try require(evaluations >= 1, "there must be at least one evaluation")
        try require(patience >= 1, "patience must be at least 1")
    }
}

/// Why training cannot start or continue.
public enum TrainingError: DescribedError, Sendable, Equatable {
    /// An invalid value; in words.
    case options(String)
    /// The loss is NaN or far above that of guessing; the value says whether there were good weights to keep.
    case diverged(step: Int, loss: Double, isKept: Bool)
    /// A checkpoint of another corpus, shape or run.
    case checkpoint(String)
    /// A checkpoint of a run with other options; the value holds those that it was made with.
    case otherOptions([TrainingOptions.Chosen])
    /// The time was up before one step was done.
    case budgetTooSmall
    /// The library that multiplies matrices is not installed.
    case missingLibrary

    public var description: String {
        switch self {
        case .options(let problem): problem
        case .diverged(let step, let loss, let isKept):
            "the loss became \(loss.isFinite ? String(loss) : loss.isNaN ? "no number" : "infinite") at step \(step): training stopped and \(isKept ? "the last good weights were kept" : "nothing was written"); try a lower learning rate"
        case .checkpoint(let problem):
            "the checkpoint cannot be resumed: \(problem); mend that, or begin anew"
        case .otherOptions(let chosen):
            "the checkpoint cannot be resumed: it was made with \(Self.list(chosen)); choose the same, or begin anew"
        case .budgetTooSmall: "the budget is too short for a single step; give more time"
        case .missingLibrary:
            "training multiplies matrices with oneDNN, and that is not installed; install it (Debian 12: libdnnl2; elsewhere: libdnnl-dev, onednn)"
        }
    }

    private static func list(_ chosen: [TrainingOptions.Chosen]) -> String {
        chosen.isEmpty
            ? "other options"
            : chosen.map { "\($0.choice.rawValue) \($0.value)" }.joined(separator: ", ")
    }
}
