import ArgumentParser
import ChatCore
import ChatTraining

/// What the command line says, as a request for training.
extension TrainCommand {
    var request: TrainingRequest {
        var request = TrainingRequest()
        request.budget =
            minutes.map(TrainingBudget.minutes) ?? epochs.map(TrainingBudget.epochs)
            ?? steps.map(TrainingBudget.steps)
        request.seed = seed
        request.preset = preset
        request.cell = cell
        request.hiddenSize = hidden
        request.layerCount = layers
        request.batchSize = batch
        request.windowLength = window
        request.peakLearningRate = learningRate
        request.dropout = dropout
        request.workers = threads
        request.precision = precision
        request.optimizer = optimizer
        request.evaluations = evaluations
        request.patience = patience
        return request
    }

    /// Finds wrong values before a corpus is read.
    /// - Throws: `ValidationError`.
    func checkOptions() throws {
        var options = request.options(cell: cell ?? .gru, format: .text)
        options.dropout = dropout ?? 0
        do {
            try options.validate()
        } catch let error as TrainingError {
            throw ValidationError("\(error)")
        }
    }
}

extension Preset: ExpressibleByArgument {}
extension CellKind: ExpressibleByArgument {}
extension OptimizerKind: ExpressibleByArgument {}
extension ProductPrecision: ExpressibleByArgument {}
