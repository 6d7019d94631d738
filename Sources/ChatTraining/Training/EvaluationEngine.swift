import ChatCore

/// Mean loss of a model over a fixed set of windows, on all workers, without gradients.
package final class EvaluationEngine: @unchecked Sendable {
    private let windows: [TrainingWindow]
    private let ranges: ParallelRanges
    private let lanes: [Range<Int>]
    private let passes: [NetworkPass]
    private let freshState: [Float]

    /// Reads `weights` as they are at each call of `loss`.
    package init(_ weights: NetworkWeights, windows: [TrainingWindow], workers: Int) {
        self.windows = windows
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

    /// Weighted mean loss, nats per character.
    package func loss() -> Double {
        let losses = WorkerResults(count: passes.count)
        let weights = WorkerResults(count: passes.count)
        ranges.run { worker in
            let pass = passes[worker]
            for lane in 0..<pass.batch { pass.loadState(freshState, lane: lane) }
            for window in windows {
                let slice = TrainingEngine.slice(window, lanes: lanes[worker])
                losses[worker] += pass.forward(slice, scale: 0)
                weights[worker] += slice.weights.reduce(0) { $0 + Double($1) }
            }
        }
        return weights.sum > 0 ? losses.sum / weights.sum : .nan
    }
}
