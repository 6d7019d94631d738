import ChatCore
import Foundation

/// What is asked of a training run. What is nil is taken from the run that is resumed, else chosen to suit
/// the corpus.
public struct TrainingRequest: Sendable, Equatable {
    /// How long to train.
    public var budget: TrainingBudget?
    /// The same seed gives the same initial weights and order of data.
    public var seed: UInt64 = 1
    /// The size of the model.
    public var preset: Preset?
    /// The kind of layers.
    public var cell: CellKind?
    /// Width of the layers.
    public var hiddenSize: Int?
    /// How many layers.
    public var layerCount: Int?
    /// Length of a copy head's keys; 0 for none.
    public var copyHeadSize: Int?
    /// Length of the keys of a pointer head, whose reach is `Preset.pointerReach`; 0 for none.
    public var pointerHeadSize: Int?
    /// `TrainingOptions.batchSize`.
    public var batchSize: Int?
    /// `TrainingOptions.windowLength`.
    public var windowLength: Int?
    /// `TrainingOptions.peakLearningRate`.
    public var peakLearningRate: Double?
    /// `TrainingOptions.dropout`.
    public var dropout: Double?
    /// `TrainingOptions.fill`; for plain text that is no list.
    public var fill: Double?
    /// Threads; nil: as many as there are cores, at most 8, and no more than the batch has sequences.
    public var workers: Int?
    /// Nil: the fastest that the processor has.
    public var precision: ProductPrecision?
    /// `TrainingOptions.optimizer`.
    public var optimizer: OptimizerKind?
    /// `TrainingOptions.evaluations`.
    public var evaluations: Int?
    /// `TrainingOptions.patience`.
    public var patience: Int?

    /// Asks for nothing: everything is chosen to suit the corpus.
    public init() {}

    /// The options of a run with this cell.
    /// - Parameter resuming: the options of the run that is resumed; what was not asked for and differs from
    ///   machine to machine is taken from there.
    public func options(
        cell: CellKind, format: CorpusFormat, resuming: TrainingOptions? = nil
    ) -> TrainingOptions {
        var options = Preset.options(cell: cell, format: format)
        options.budget = budget ?? options.budget
        options.seed = seed
        options.batchSize = batchSize ?? options.batchSize
        options.windowLength = windowLength ?? options.windowLength
        options.peakLearningRate = peakLearningRate ?? options.peakLearningRate
        options.evaluations = evaluations ?? options.evaluations
        options.patience = patience ?? options.patience
        options.optimizer = optimizer ?? options.optimizer
        options.precision = precision ?? resuming?.precision ?? .fastest
        let cores = ProcessInfo.processInfo.activeProcessorCount
        options.workers = min(
            workers ?? resuming?.workers ?? min(cores, 8), options.batchSize)
        return options
    }
}

/// Which model to train, and how.
public struct TrainingPlan: Sendable, Equatable {
    /// The model's shape.
    public let configuration: ModelConfiguration
    /// How it is trained.
    public let options: TrainingOptions

    /// Chooses what was not asked for.
    /// - Parameters:
    ///   - pretrained: the shape of the pretrained model, which is kept.
    ///   - checkpoint: the run that is resumed; one that is resumed for longer keeps its size.
    /// - Throws: `ModelError` for an invalid shape, `TrainingError.options` for an invalid value.
    public init(
        _ request: TrainingRequest, for data: TrainingData,
        pretrained: ModelConfiguration? = nil, resuming checkpoint: Checkpoint? = nil
    ) throws {
        let cell = pretrained?.layers[0].cell ?? request.cell ?? Preset.cell(for: data.format)
        var options = request.options(
            cell: cell, format: data.format, resuming: checkpoint?.options)
        let preset =
            request.preset
            ?? Preset.suited(
                format: data.format, symbols: data.symbols, budget: options.budget)
        // Only where it was measured: on models of the base size.
        let usual =
            pretrained == nil && preset == .base
            ? Preset.dropout(
                format: data.format, symbols: data.symbols, budget: options.budget) : 0
        if data.isOfPairs, cell.isResidual, request.windowLength == nil {
            options.windowLength = checkpoint?.options.windowLength ?? Preset.pairsWindow
        }
        options.dropout = request.dropout ?? checkpoint?.options.dropout ?? usual
        options.fill = request.fill ?? checkpoint?.options.fill ?? 0
        guard options.fill == 0 || data.canFill else {
            throw TrainingError.options(
                "filling is learned from running text; this is \(data.format == .text ? "a list" : "dialogues")"
            )
        }
        try options.validate()
        let isAsked =
            request.preset != nil || request.cell != nil || request.hiddenSize != nil
            || request.layerCount != nil || request.copyHeadSize != nil
            || request.pointerHeadSize != nil
        let usualCopyHead =
            checkpoint.map { $0.configuration.copyHeadSize }
            ?? Preset.copyHeadSize(for: data.format)
        let copyHead = request.copyHeadSize.map { $0 > 0 ? $0 : nil } ?? usualCopyHead
        let pointerHead =
            request.pointerHeadSize.map {
                $0 > 0
                    ? PointerHeadConfiguration(keySize: $0, reach: Preset.pointerReach) : nil
            } ?? checkpoint?.configuration.pointerHead
        configuration =
            try pretrained ?? (isAsked ? nil : checkpoint?.configuration)
            ?? preset.configuration(
                cell: cell, symbolCount: data.alphabet.count, hiddenSize: request.hiddenSize,
                layerCount: request.layerCount, copyHeadSize: copyHead,
                pointerHead: pointerHead)
        self.options = options
    }
}
