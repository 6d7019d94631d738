import ChatCore

/// In how many lines of a corpus the runs of each bucket stand (`RunWeights`).
package struct RunCounts {
    /// Symbols of a corpus that are counted at most.
    private static let enough = 1 << 19

    private var lines = 0
    /// [runBuckets].
    private var counts = [Int](repeating: 0, count: PointerHeadConfiguration.runBuckets)
    private var lanes: [Lane]

    /// What is kept of a lane from one symbol to the next.
    private struct Lane {
        var line = 1
        /// The line that each bucket was last met in, [runBuckets].
        var last = [Int](repeating: 0, count: PointerHeadConfiguration.runBuckets)
        /// The last two symbols; nil before a dialogue's first.
        var newest: (Float?, Float?)
    }

    package init(batch: Int) {
        lanes = (0..<batch).map { _ in Lane() }
    }

    package mutating func add(_ window: TrainingWindow) {
        for (index, input) in window.inputs.enumerated() {
            let lane = index % window.batch
            if window.resets[index] { lanes[lane].newest = (nil, nil) }
            add(Float(input), lane)
        }
    }

    private mutating func add(_ symbol: Float, _ lane: Int) {
        if case (let first?, let second?) = lanes[lane].newest {
            let bucket = RunWeights.bucket(first, second, symbol)
            if lanes[lane].last[bucket] != lanes[lane].line {
                lanes[lane].last[bucket] = lanes[lane].line
                counts[bucket] += 1
            }
        }
        lanes[lane].newest = (lanes[lane].newest.1, symbol)
        if Int(symbol) <= Int(Alphabet.endMark) {
            lanes[lane].line += 1
            lines += 1
        }
    }

    /// ln((lines + 1) / (lines with the run + 1)) / 8, about 1 for what is rare in a large corpus, [runBuckets]; nil
    /// where no line ended, as in running text.
    package var weights: [Float]? {
        guard lines > 0 else { return nil }
        return counts.map {
            Float(max(0, ExactMath.log(Double(lines + 1)) - ExactMath.log(Double($0 + 1))) / 8)
        }
    }

    /// Those of the windows that a run begins with, of lessons without their drills.
    static func counted(in data: TrainingData, _ options: TrainingOptions) throws -> RunCounts {
        var whole = options
        whole.budget = .steps(0)
        var source = try data.source(whole)
        var window = TrainingWindow(batch: options.batchSize, time: options.windowLength)
        var result = RunCounts(batch: options.batchSize)
        let symbols = min(source.symbolsPerEpoch ?? enough, enough)
        for _ in 0..<max(1, symbols / (options.batchSize * options.windowLength)) {
            try source.next(into: &window)
            result.add(window)
        }
        return result
    }
}

extension LanguageModel {
    /// Counts the weights of runs over a corpus with lines, where they were not counted yet: are all 1.
    mutating func countRuns(in data: TrainingData, _ options: TrainingOptions) throws {
        guard let range = parameters.layout.range(of: RunWeights.tensor),
            parameters.values[range].allSatisfy({ $0 == 1 }),
            let weights = try RunCounts.counted(in: data, options).weights
        else { return }
        parameters.values.replaceSubrange(range, with: weights)
    }
}
