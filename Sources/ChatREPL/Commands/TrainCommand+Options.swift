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
        request.copyHeadSize = copyHead.map { $0.keySize ?? 0 }
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

/// What `--copy-head` takes: the length of the keys, or `off`.
struct CopyHeadSize: ExpressibleByArgument {
    /// Nil for no copy head.
    let keySize: Int?

    init?(argument: String) {
        if argument == "off" || argument == "0" {
            keySize = nil
        } else if let size = Int(argument), size > 0 {
            keySize = size
        } else {
            return nil
        }
    }
}

extension Preset: ExpressibleByArgument {}
extension CellKind: ExpressibleByArgument {}
extension OptimizerKind: ExpressibleByArgument {}
extension ProductPrecision: ExpressibleByArgument {}
extension EncodedCorpus.HeldOut: ExpressibleByArgument {}
