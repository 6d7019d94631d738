import ChatCore

/// Mean loss of a model over a fixed set of windows, on all workers, without gradients.
package final class EvaluationEngine: @unchecked Sendable {
    private let windows: [TrainingWindow]
    private let ranges: ParallelRanges
    private let lanes: [Range<Int>]
    private let passes: [NetworkPass]
    private let freshState: [Float]
    private let targets: TargetCharacters

    /// Reads `weights` as they are at each call of `loss`.
    /// - Parameter alphabet: what the windows are spelled in.
    package init(
        _ weights: NetworkWeights, windows: [TrainingWindow], alphabet: Alphabet, workers: Int
    ) {
        self.windows = windows
        var targets = TargetCharacters()
        for window in windows { targets.add(window, in: alphabet) }
        self.targets = targets
        let batch = windows.first?.batch ?? 1
        let time = windows.first?.time ?? 1
        let ranges = ParallelRanges(workers: min(workers, batch))
        self.ranges = ranges
        let lanes = (0..<ranges.workers).map { ranges.range($0, of: batch) }
        self.lanes = lanes
        passes = lanes.map {
            NetworkPass(weights, batch: $0.count, time: time, training: false)
        }
        freshState = RecurrentState(weights.configuration).values
    }

    /// Of the windows, by what they weigh.
    package var symbolsPerCharacter: Double { targets.symbolsPerCharacter }

    /// Weighted mean loss, nats per character: all nats by all characters that count.
    package func loss() -> Double {
        let losses = WorkerResults(count: passes.count)
        ranges.run { worker in
            let pass = passes[worker]
            for lane in 0..<pass.batch { pass.loadState(freshState, lane: lane) }
            for window in windows {
                let slice = TrainingEngine.slice(window, lanes: lanes[worker])
                losses[worker] += pass.forward(slice, scale: 0)
            }
        }
        return targets.characterWeight > 0 ? losses.sum / targets.characterWeight : .nan
    }
}
