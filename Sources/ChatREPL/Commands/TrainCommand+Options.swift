import ArgumentParser
import ChatCore
import ChatTraining

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
