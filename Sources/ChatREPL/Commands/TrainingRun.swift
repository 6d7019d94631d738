import ChatCore
import ChatTraining
import Foundation

/// A training as its command sees it: what each event and the end write to files and show.
struct TrainingRun {
    private let modelURL: URL
    private let shownName: String
    private let checkpointURL: URL
    private let replaced: [URL]
    private let display: TrainingDisplay
    private let interrupts: SignalInterrupts

    /// A reader that went away ends the run as a signal does: everything is saved first.
    private var outputFailure: OutputError?
    private var isCheckpointSaved = false
    private var isEvaluated = false

    /// - Parameters:
    ///   - shownName: the model file as the user named it.
    ///   - replaced: files of an earlier run, which stay as they are until the first evaluation.
    init(
        model: URL, shownAs shownName: String, checkpoint: URL, replaced: [URL],
        display: TrainingDisplay, interrupts: SignalInterrupts
    ) {
        modelURL = model
        self.shownName = shownName
        checkpointURL = checkpoint
        self.replaced = replaced
        self.display = display
        self.interrupts = interrupts
    }

    /// Saves or shows what the trainer tells; false ends the training.
    mutating func take(_ event: TrainingEvent) throws -> Bool {
        if case .checkpoint(let checkpoint) = event {
            save(checkpoint)
        } else {
            if case .evaluation = event { isEvaluated = true }
            if outputFailure == nil, interrupts.termination != SIGHUP {
                do {
                    try display.show(event)
                } catch let failure as OutputError {
                    outputFailure = failure
                }
            }
        }
        return !interrupts.shouldStop() && outputFailure == nil
    }

    private mutating func save(_ checkpoint: Checkpoint) {
        if !isEvaluated, replaced.contains(checkpointURL) { return }
        do {
            try CheckpointFile.save(checkpoint, to: checkpointURL)
            isCheckpointSaved = true
        } catch {
            // A disk that has no room for it may yet have room for the model.
            isCheckpointSaved = false
            try? Output.error.tell(
                phrase("The checkpoint was not written: %@", FailureReport.sentence(for: error)))
        }
    }

    /// Saves and shows what came out.
    /// - Throws: `TrainingError.diverged`; `ExitCode` for a run that was interrupted; `StorageError`.
    mutating func end(_ outcome: TrainingOutcome, model: ChatModel) throws {
        if outcome.end == .diverged {
            let isKept = outcome.bestValidationLoss != nil
            if isKept { try ModelFile.save(model, to: modelURL) }
            try? display.done(outcome, model: isKept ? model.hash : nil)
            throw TrainingError.diverged(
                step: outcome.progress.step, loss: outcome.progress.trainLoss, isKept: isKept)
        }
        let isAsItWas = outcome.end == .interrupted && !isEvaluated && !replaced.isEmpty
        if !isAsItWas { try ModelFile.save(model, to: modelURL) }
        let curve = LossCurve(history: outcome.history)
        if !outcome.history.isEmpty { draw(curve) }
        if outputFailure == nil, !isAsItWas {
            do {
                try display.end(outcome, model: model, curve: curve, at: shownName)
            } catch let failure as OutputError {
                outputFailure = failure
            }
        }
        if outcome.end == .interrupted {
            try? Output.error.tell(interruption(isAsItWas: isAsItWas))
            if outputFailure == nil || interrupts.termination != nil { throw interrupts.exitCode }
        } else {
            try? FileManager.default.removeItem(at: checkpointURL)
        }
        if let outputFailure { throw outputFailure }
    }

    private func draw(_ curve: LossCurve) {
        do {
            let picture = curve.svg(title: modelURL.lastPathComponent)
            try SystemFileSystem().replaceFile(
                TrainingOutput.curve(beside: modelURL), with: [Data(picture.utf8)], for: .shared)
        } catch {
            try? Output.error.tell(
                phrase("The loss curve was not written: %@", FailureReport.sentence(for: error)))
        }
    }

    private func interruption(isAsItWas: Bool) -> String {
        if isCheckpointSaved {
            return phrase(
                "Interrupted. Saved in %@; the same command with --resume goes on.",
                checkpointURL.path)
        }
        return isAsItWas
            ? phrase("Interrupted before the first evaluation: what was there is as it was.")
            : phrase("Interrupted. The model is saved as it is; --resume cannot go on from here.")
    }
}
