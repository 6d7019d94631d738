import ChatCore

/// One optimizer step on one window: forward, loss and backward on every worker's share of the lanes,
/// gradients summed in a fixed order, clipped, AdamW and Muon. The same window, values and worker count give
/// the same bits.
package final class TrainingEngine: @unchecked Sendable {
    package let weights: NetworkWeights
    package let batch: Int
    package let time: Int
    package var optimizer: AdamW
    /// For the inner matrices; nil leaves everything to AdamW.
    private let muon: Muon?
    /// What AdamW updates.
    private let stretches: [Range<Int>]
    /// Nil drops nothing.
    private let dropout: Dropout?

    private let ranges: ParallelRanges
    private let passes: [NetworkPass]
    private let lanes: [Range<Int>]

    /// - Parameters:
    ///   - batch: lanes of a window; at least `workers`.
    ///   - time: steps of a window.
    package init(
        _ model: LanguageModel, batch: Int, time: Int, workers: Int,
        precision: ProductPrecision = .float32, usesMuon: Bool = false, dropout: Dropout? = nil,
        kernels: Kernels = .best
    ) {
        precondition(batch >= workers)
        let weights = NetworkWeights(model, precision: precision, kernels: kernels)
        let ranges = ParallelRanges(workers: workers)
        let lanes = (0..<workers).map { ranges.range($0, of: batch) }
        self.weights = weights
        self.batch = batch
        self.time = time
        self.ranges = ranges
        self.lanes = lanes
        passes = lanes.map {
            NetworkPass(
                weights, batch: $0.count, time: time, training: true, dropout: dropout?.share ?? 0)
        }
        self.dropout = dropout
        optimizer = AdamW(count: weights.layout.count, kernels: kernels)
        let muon = Muon(
            weights.layout, workers: workers, precision: precision, kernels: kernels)
        self.muon = muon.targets.isEmpty || !usesMuon ? nil : muon
        let count = weights.layout.count
        let others = self.muon?.others(of: count) ?? [0..<count]
        // Run weights are counted, not learned.
        let fixed = weights.layout.range(of: RunWeights.tensor) ?? count..<count
        stretches = others.flatMap {
            [$0.clamped(to: 0..<fixed.lowerBound), $0.clamped(to: fixed.upperBound..<count)]
        }.filter { !$0.isEmpty }
    }

    /// Trains on one window.
    /// - Parameters:
    ///   - clip: largest length of the gradient; a longer one is scaled down to it.
    /// - Returns: the weighted mean loss in nats per symbol, and the gradient's length before clipping.
    package func step(
        _ window: TrainingWindow, rate: Double, settings: AdamW.Settings, clip: Double
    ) -> (loss: Double, gradientNorm: Double) {
        let total = window.weights.reduce(0) { $0 + Double($1) }
        guard total > 0 else {
            // Nothing to learn, but it counts as a step, so that resumed runs count the same.
            optimizer.step += 1
            return (0, 0)
        }
        let losses = WorkerResults(count: passes.count)
        let step = optimizer.step
        ranges.run { worker in
            let slice = Self.slice(window, lanes: lanes[worker])
            passes[worker].gradient?.zero()
            losses[worker] = passes[worker].forward(
                slice, scale: Float(1 / total), dropping: dropout?.draw(step: step, worker: worker))
            passes[worker].backward(slice)
        }
        let loss = losses.sum / total
        let norm = sumGradients()
        guard norm.isFinite, loss.isFinite else { return (.nan, norm) }
        optimizer.step += 1
        let factor = Float(norm > clip ? clip / norm : 1)
        guard let gradient = passes[0].gradient else { return (loss, norm) }
        let state = optimizer
        let values = weights.values
        let muon = muon
        ranges.run { worker in
            for stretch in stretches {
                let part = ranges.range(worker, of: stretch.count, multiple: 64)
                let range =
                    stretch.lowerBound + part.lowerBound..<stretch.lowerBound + part.upperBound
                state.update(
                    values, gradient, range, rate: rate, settings: settings, scale: factor)
            }
            guard let muon else { return }
            for (index, target) in muon.targets.enumerated()
            where index % ranges.workers == worker {
                muon.update(
                    target, values: values, gradient: gradient, momentum: state.firstMoment,
                    scale: factor, rate: rate, decay: settings.weightDecay, worker: worker)
            }
        }
        weights.prepare()
        return (loss, norm)
    }

    /// Adds every worker's gradient to the first one's.
    /// - Returns: the length of the sum.
    private func sumGradients() -> Double {
        guard let sum = passes[0].gradient else { return 0 }
        let squares = WorkerResults(count: passes.count)
        let others = passes.dropFirst().compactMap(\.gradient)
        ranges.run { worker in
            let range = ranges.range(worker, of: sum.count, multiple: 64)
            guard !range.isEmpty else { return }
            let kernels = weights.kernels
            let part = sum.vector[range]
            for other in others { kernels.add(other.vector[range], to: part) }
            squares[worker] = kernels.sumOfSquares(part)
        }
        return squares.sum.squareRoot()
    }

    /// The recurrent state of every lane between windows, lane after lane.
    package var laneStates: [Float] {
        get { passes.flatMap { pass in (0..<pass.batch).flatMap { pass.state(lane: $0) } } }
        set {
            let size = weights.configuration.stateSize
            precondition(newValue.count == batch * size)
            for (pass, lanes) in zip(passes, lanes) {
                for (lane, global) in lanes.enumerated() {
                    let start = global * size
                    pass.loadState(Array(newValue[start..<start + size]), lane: lane)
                }
            }
        }
    }

    /// The lanes of a window that belong to one worker, as dense arrays.
    package static func slice(_ window: TrainingWindow, lanes: Range<Int>) -> NetworkPass.Slice {
        func take<T>(_ values: [T]) -> [T] {
            (0..<window.time).flatMap { t in
                values[t * window.batch + lanes.lowerBound..<t * window.batch + lanes.upperBound]
            }
        }
        return NetworkPass.Slice(
            inputs: take(window.inputs), targets: take(window.targets),
            weights: take(window.weights), resets: take(window.resets))
    }
}
