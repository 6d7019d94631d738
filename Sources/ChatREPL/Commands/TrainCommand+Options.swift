import ArgumentParser
import ChatCore
import Foundation

/// What the command line says as training options, and what a run leaves on record.
extension TrainCommand {
    /// - Parameter resuming: the options of the run that this one goes on with; what is not asked for
    ///   and differs from machine to machine is taken from there.
    func options(
        cell: CellKind, format: CorpusFormat, resuming: TrainingOptions? = nil
    ) -> TrainingOptions {
        var options = Preset.options(cell: cell, format: format)
        if let minutes { options.budget = .minutes(minutes) }
        if let epochs { options.budget = .epochs(epochs) }
        if let steps { options.budget = .steps(steps) }
        options.seed = seed
        options.batchSize = batch ?? options.batchSize
        options.windowLength = window ?? options.windowLength
        options.peakLearningRate = learningRate ?? options.peakLearningRate
        options.evaluations = evaluations ?? options.evaluations
        options.patience = patience ?? options.patience
        let cores = ProcessInfo.processInfo.activeProcessorCount
        options.precision = precision ?? resuming?.precision ?? .fastest
        options.optimizer = optimizer ?? options.optimizer
        options.workers = min(threads ?? resuming?.workers ?? min(cores, 8), options.batchSize)
        return options
    }

    /// The model to train and how: what was asked for, else what the run that goes on had, else what suits
    /// the corpus.
    /// - Parameter taught: the shape of the model of `--from`.
    /// - Throws: `ModelError` for a shape that cannot be.
    func plan(
        _ data: TrainingData, taught: ModelConfiguration?, resuming checkpoint: Checkpoint?
    ) throws -> (configuration: ModelConfiguration, options: TrainingOptions) {
        let cell = taught?.layers[0].cell ?? cell ?? Preset.cell(for: data.format)
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
            try taught ?? (isAsked ? nil : checkpoint?.configuration)
            ?? preset.configuration(
                cell: cell, symbolCount: data.alphabet.count, hiddenSize: hidden,
                layerCount: layers)
        return (configuration, options)
    }

    /// Finds wrong values before a corpus is read.
    /// - Throws: `ValidationError`.
    func checkOptions() throws {
        var options = options(cell: cell ?? .gru, format: .text)
        options.dropout = dropout ?? 0
        do {
            try options.validate()
        } catch let error as TrainingError {
            throw ValidationError("\(error)")
        }
    }

    func record(
        _ outcome: TrainingOutcome, data: TrainingData, options: TrainingOptions,
        before: TrainingRecord?
    ) -> TrainingRecord {
        var record = TrainingRecord()
        record.corpus = data.fileNames
        record.corpusHash = data.hash
        record.seed = options.seed
        record.steps = (before?.steps ?? 0) + outcome.progress.step
        record.characters = (before?.characters ?? 0) + outcome.progress.characters
        record.seconds = (before?.seconds ?? 0) + outcome.progress.elapsedSeconds
        record.validationLoss = outcome.bestValidationLoss
        record.peakLearningRate = options.peakLearningRate
        record.batchSize = options.batchSize
        record.windowLength = options.windowLength
        record.dropout = options.dropout > 0 ? options.dropout : nil
        return record
    }
}

extension Preset: ExpressibleByArgument {}
extension CellKind: ExpressibleByArgument {}
extension OptimizerKind: ExpressibleByArgument {}
extension ProductPrecision: ExpressibleByArgument {}
extension EncodedCorpus.HeldOut: ExpressibleByArgument {}
