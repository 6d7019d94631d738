import ChatCore
import Dispatch
import Foundation

/// Trains a model: windows in, better weights out, with evaluations, early stopping, the best weights kept,
/// and checkpoints from which a run resumes bit for bit.
public final class Trainer {
    /// How it trains.
    public let options: TrainingOptions
    /// The shape of the model that it trains.
    public let configuration: ModelConfiguration
    private let data: TrainingData
    private let engine: TrainingEngine
    private let evaluation: EvaluationEngine
    private var source: any WindowSource
    private let totalSteps: Int?

    private var progress = TrainingProgress()
    private var history: [TrainingProgress] = []
    private var bestParameters: [Float]
    private var bestLoss: Double?
    private var evaluationsSinceBest = 0
    private var lossSum = 0.0
    private var lossCount = 0
    /// Of the windows since the last evaluation.
    private var targets = TargetCharacters()
    /// Of the runs that this one goes on from.
    private var earlierSeconds = 0.0
    private var earlierCharacters = 0
    private var evaluationSeconds = 0.0

    /// - Parameter pretrained: initial weights, of this shape; nil draws them from the seed.
    /// - Parameter checkpoint: resumes from there; `options` may then differ only in the budget, which the
    ///   learning rate follows at once, the number of evaluations and the patience.
    /// - Throws: `TrainingError`, `CorpusError`, `ModelError`.
    public init(
        _ configuration: ModelConfiguration, data: TrainingData, options: TrainingOptions,
        from pretrained: LanguageModel? = nil, resuming checkpoint: Checkpoint? = nil
    ) throws {
        guard pretrained == nil || pretrained?.configuration == configuration else {
            throw TrainingError.options("the weights to begin with are of a model of another shape")
        }
        try options.validate()
        try Self.requireLibrary()
        self.options = options
        self.configuration = configuration
        self.data = data
        var model = pretrained ?? LanguageModel(configuration, seed: options.seed)
        if checkpoint == nil { try model.countRuns(in: data, options) }
        engine = TrainingEngine(
            model, batch: options.batchSize, time: options.windowLength, workers: options.workers,
            precision: options.precision, usesMuon: options.optimizer == .muon,
            dropout: options.dropout > 0
                ? Dropout(share: options.dropout, seed: options.seed) : nil)
        evaluation = EvaluationEngine(
            engine.weights, windows: try data.evaluation(), alphabet: data.alphabet,
            workers: options.workers)
        source = try data.source(options)
        bestParameters = model.parameters.values
        switch options.budget {
        case .minutes: totalSteps = nil
        case .steps(let steps): totalSteps = steps
        case .epochs(let epochs):
            guard let symbols = source.symbolsPerEpoch else {
                throw TrainingError.options(
                    "lessons have no end, so no epochs: give minutes or steps")
            }
            let perStep = Double(options.batchSize * options.windowLength)
            totalSteps = max(1, Int((epochs * Double(symbols) / perStep).rounded(.up)))
        }
        if let checkpoint { try restore(checkpoint) }
    }

    /// Runs to the end of the budget.
    /// - Parameter onEvent: called on the training thread; false stops the run after this step.
    /// - Throws: `TrainingError.budgetTooSmall`, and what the corpus throws while it is read.
    public func run(_ onEvent: (TrainingEvent) throws -> Bool) throws -> TrainingOutcome {
        let start = DispatchTime.now().uptimeNanoseconds
        func seconds() -> Double {
            earlierSeconds + Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
        }
        var window = TrainingWindow(batch: options.batchSize, time: options.windowLength)
        let settings = AdamW.Settings(
            beta1: options.beta1,
            beta2: AdamW.Settings.beta2(
                halfLife: options.beta2HalfLife,
                symbolsPerStep: options.batchSize * options.windowLength),
            weightDecay: options.weightDecay)
        var (lastReport, lastCheckpoint) = (-1.0, seconds())
        let guessing = log(Double(configuration.symbolCount))
        let warmup = Double(max(1, min(options.warmupSteps, (totalSteps ?? .max) / 10)))
        var end = TrainingEnd.budgetUsed

        while true {
            progress.elapsedSeconds = seconds()
            progress.fraction = usedFraction(
                step: progress.step, seconds: progress.elapsedSeconds)
            if progress.fraction >= 1 { break }
            if progress.step > 0, progress.step != history.last?.step,
                progress.fraction >= nextEvaluation()
            {
                guard try evaluate(seconds, onEvent) else {
                    end = .interrupted
                    break
                }
                if evaluationsSinceBest >= options.patience {
                    end = .earlyStop
                    break
                }
                continue
            }
            let warm = min(1, Double(progress.step + 1) / warmup)
            progress.learningRate = options.peakLearningRate * warm * (1 - progress.fraction)
            try source.next(into: &window)
            let result = engine.step(
                window, rate: progress.learningRate, settings: settings, clip: options.clip)
            progress.step += 1
            guard result.loss.isFinite,
                progress.step < 200 || result.loss < 3 * guessing
            else {
                end = .diverged
                progress.trainLoss = result.loss * targets.symbolsPerCharacter
                break
            }
            progress.symbols =
                (progress.symbols ?? 0) + options.batchSize * options.windowLength
            progress.characters += targets.add(window, in: data.alphabet).count { $0 }
            lossSum += result.loss
            lossCount += 1
            let now = seconds()
            if now - lastReport > 0.2 {
                lastReport = now
                summarize(now)
                guard try onEvent(.progress(progress)) else {
                    end = .interrupted
                    break
                }
            }
            if now - lastCheckpoint > 60 {
                lastCheckpoint = now
                guard try onEvent(.checkpoint(checkpoint())) else {
                    end = .interrupted
                    break
                }
            }
        }
        guard progress.step > 0 else { throw TrainingError.budgetTooSmall }
        if end == .budgetUsed, history.last?.step != progress.step {
            _ = try evaluate(seconds, onEvent)
        }
        if end != .diverged {
            summarize(seconds())
            _ = try onEvent(.checkpoint(checkpoint()))
        }
        return outcome(end)
    }

    private func usedFraction(step: Int, seconds: Double) -> Double {
        if let totalSteps { return Double(step) / Double(totalSteps) }
        guard case .minutes(let minutes) = options.budget else { return 1 }
        return min(1, seconds / (60 * minutes))
    }

    /// The part of the budget at which the next evaluation is due. Those that fell due before the last
    /// one was over are left out.
    private func nextEvaluation() -> Double {
        let evaluations = Double(options.evaluations)
        var passed = 0.0
        if let last = history.last {
            let fraction = usedFraction(step: last.step, seconds: last.elapsedSeconds)
            passed = (fraction * evaluations).rounded(.down)
            // The product is rounded; what decides is the quotient.
            if passed / evaluations > fraction { passed -= 1 }
            if (passed + 1) / evaluations <= fraction { passed += 1 }
        }
        return (passed + 1) / evaluations
    }

    private func summarize(_ seconds: Double) {
        progress.elapsedSeconds = seconds
        if lossCount > 0 {
            progress.trainLoss = lossSum / Double(lossCount) * targets.symbolsPerCharacter
        }
        progress.charactersPerSecond =
            Double(progress.characters - earlierCharacters)
            / max(1e-9, seconds - earlierSeconds - evaluationSeconds)
    }

    private func evaluate(_ seconds: () -> Double, _ onEvent: (TrainingEvent) throws -> Bool) throws
        -> Bool
    {
        let before = seconds()
        let loss = evaluation.loss()
        evaluationSeconds += seconds() - before
        summarize(seconds())
        (lossSum, lossCount) = (0, 0)
        targets.clear()
        // JSON, and so a checkpoint, has no word for what is not a number.
        progress.validationLoss = loss.isFinite ? loss : nil
        progress.isBest = loss.isFinite && (data.keepsLast || loss < (bestLoss ?? .infinity))
        if progress.isBest {
            bestLoss = loss
            bestParameters = engine.weights.values.array
            evaluationsSinceBest = 0
        } else {
            evaluationsSinceBest += 1
        }
        history.append(progress)
        return try onEvent(.evaluation(progress, engine.weights.model))
    }

    private func outcome(_ end: TrainingEnd) -> TrainingOutcome {
        var parameters = Parameters(layout: engine.weights.layout)
        parameters.values =
            bestLoss == nil && end != .diverged ? engine.weights.values.array : bestParameters
        return TrainingOutcome(
            end: end,
            model: LanguageModel(configuration: configuration, parameters: parameters),
            progress: progress, bestValidationLoss: bestLoss, history: history)
    }

    private func checkpoint() -> Checkpoint {
        Checkpoint(
            options: options, configuration: configuration, alphabet: data.alphabet,
            corpusHash: data.hash, progress: progress, history: history,
            parameters: engine.weights.values.array,
            firstMoment: engine.optimizer.firstMoment.array,
            secondMoment: engine.optimizer.secondMoment.array, bestParameters: bestParameters,
            bestValidationLoss: bestLoss, evaluationsSinceBest: evaluationsSinceBest,
            lossSum: lossSum, lossCount: lossCount, targets: targets,
            laneStates: engine.laneStates, position: source.position)
    }

    private func restore(_ checkpoint: Checkpoint) throws {
        var expected = checkpoint.options
        expected.budget = options.budget
        expected.evaluations = options.evaluations
        expected.patience = options.patience
        guard checkpoint.configuration == configuration else {
            throw TrainingError.checkpoint("it is of a model of another shape")
        }
        guard checkpoint.corpusHash == data.hash, checkpoint.alphabet == data.alphabet else {
            throw TrainingError.checkpoint("the corpus has changed since")
        }
        guard expected == options else {
            throw TrainingError.otherOptions(checkpoint.options.differences(from: options))
        }
        let count = configuration.parameterCount
        guard
            [
                checkpoint.parameters, checkpoint.firstMoment, checkpoint.secondMoment,
                checkpoint.bestParameters,
            ].allSatisfy({ $0.count == count }),
            checkpoint.laneStates.count == options.batchSize * configuration.stateSize
        else { throw TrainingError.checkpoint("its size does not fit the model") }
        engine.weights.values.load(checkpoint.parameters)
        engine.weights.prepare()
        engine.optimizer.firstMoment.load(checkpoint.firstMoment)
        engine.optimizer.secondMoment.load(checkpoint.secondMoment)
        engine.optimizer.step = checkpoint.progress.step
        engine.laneStates = checkpoint.laneStates
        try source.restore(checkpoint.position)
        // Of before symbols were told from characters, or nothing changes.
        let symbolsPerCharacter = evaluation.symbolsPerCharacter
        progress = checkpoint.progress.inCharacters(symbolsPerCharacter)
        history = checkpoint.history.map { $0.inCharacters(symbolsPerCharacter) }
        bestParameters = checkpoint.bestParameters
        bestLoss = checkpoint.bestValidationLoss.map {
            checkpoint.progress.symbols == nil ? $0 * symbolsPerCharacter : $0
        }
        evaluationsSinceBest = checkpoint.evaluationsSinceBest
        lossSum = checkpoint.lossSum
        lossCount = checkpoint.lossCount
        targets = checkpoint.targets ?? TargetCharacters()
        earlierSeconds = checkpoint.progress.elapsedSeconds
        earlierCharacters = progress.characters
    }
}

extension Trainer {
    /// Finds out whether this machine can train at all.
    /// - Throws: `TrainingError.missingLibrary`.
    public static func requireLibrary() throws {
        guard MatrixProduct.isAvailable else { throw TrainingError.missingLibrary }
    }
}
