import ChatCore
import Dispatch

/// Measures training speed on random windows.
package struct TrainingBenchmark: Sendable {
    /// One measured shape.
    package struct Result: Sendable, Codable, Equatable {
        package var name: String
        package var cell: String
        /// Width of the layers.
        package var hidden: Int
        package var layers: Int
        package var batch: Int
        package var window: Int
        /// What the factors of products were rounded to: `float32` or `bfloat16`.
        package var precision: String
        package var parameters: Int
        /// Symbols trained a second, median of the repetitions.
        package var symbolsPerSecond: Double
        /// Products counted by the textbook (2 a multiply-add; backward twice the forward), 10⁹ a second.
        package var gflops: Double

        package init(
            name: String, cell: String, hidden: Int, layers: Int, batch: Int, window: Int,
            precision: ProductPrecision, parameters: Int, symbolsPerSecond: Double,
            gflops: Double
        ) {
            self.name = name
            self.cell = cell
            self.hidden = hidden
            self.layers = layers
            self.batch = batch
            self.window = window
            self.precision = precision.rawValue
            self.parameters = parameters
            self.symbolsPerSecond = symbolsPerSecond
            self.gflops = gflops
        }

        enum CodingKeys: String, CodingKey {
            case name, cell, hidden, layers, batch, window, precision, parameters, gflops
            case symbolsPerSecond = "symbols_per_second"
        }
    }

    package init() {}

    /// Trains `configuration` on random symbols.
    /// - Parameters:
    ///   - workers: threads; no more than lanes are used.
    ///   - optimizer: Muon, as presets have it for dialogues, or AdamW alone.
    ///   - seconds: time for each repetition; the median of `repetitions` is reported.
    package func measure(
        _ name: String, _ configuration: ModelConfiguration, batch: Int, window: Int, workers: Int,
        precision: ProductPrecision = .fastest, optimizer: OptimizerKind = .adamw,
        seconds: Double = 1, repetitions: Int = 5
    ) -> Result {
        let model = LanguageModel(configuration, seed: 1)
        let engine = TrainingEngine(
            model, batch: batch, time: window, workers: min(workers, batch), precision: precision,
            usesMuon: optimizer == .muon)
        var random = RandomStream(seed: 2)
        var data = TrainingWindow(batch: batch, time: window)
        for i in data.inputs.indices {
            data.inputs[i] = Int32(random.index(below: configuration.symbolCount))
            data.targets[i] = Int32(random.index(below: configuration.symbolCount))
            data.weights[i] = 1
        }
        let settings = AdamW.Settings(beta2: 0.99)
        func step() { _ = engine.step(data, rate: 1e-4, settings: settings, clip: 1) }
        step()
        let rates = (0..<repetitions).map { _ -> Double in
            let start = DispatchTime.now().uptimeNanoseconds
            var steps = 0
            var elapsed = 0.0
            while elapsed < seconds {
                step()
                steps += 1
                elapsed = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
            }
            return Double(steps * batch * window) / elapsed
        }.sorted()
        let rate = rates[rates.count / 2]
        return Result(
            name: name, cell: configuration.layers[0].cell.rawValue,
            hidden: configuration.layers[0].hiddenSize, layers: configuration.layers.count,
            batch: batch, window: window, precision: precision,
            parameters: configuration.parameterCount,
            symbolsPerSecond: rate, gflops: rate * configuration.trainingOperations * 1e-9)
    }
}

extension ModelConfiguration {
    /// Floating-point operations to train on one symbol: three times those of the forward products.
    package var trainingOperations: Double {
        var forward = 2.0 * Double(outputSize * symbolCount)
        for (index, layer) in layers.enumerated() {
            let h = Double(layer.hiddenSize)
            let x = Double(inputSize(ofLayer: index))
            switch layer.cell {
            case .lstm: forward += 2 * 4 * h * (x + h)
            case .gru: forward += 2 * 3 * h * (x + h)
            case .gatedDelta, .kimiDelta:
                let f = Double(layer.feedForwardSize)
                let k = h / Double(layer.headCount)
                let c = 32.0
                forward += 2 * (5 * h * h + 2 * h * f)
                forward += 2 * h * (3 * k + 3 * c + c / 2)
                if layer.cell == .kimiDelta {
                    forward += 2 * 2 * h * Double(LayerConfiguration.decayRank)
                }
            }
        }
        if let k = copyHeadSize.map({ Double($0) }) {
            let c = 32.0
            forward += 2 * Double(outputSize) * (2 * k + 2)
            forward += 2 * (2 * c * k + Double(symbolCount) * (3 * k + c + c / 2))
        }
        if let head = pointerHead {
            // As if all of its reach were looked back on.
            let (k, n) = (Double(head.keySize), Double(head.reach))
            forward += 2 * 2 * Double(outputSize) * (2 * k + 3) + 2 * k * n
        }
        return 3 * forward
    }
}

extension TrainingBenchmark {
    /// The instruction set that training's loops run on: baseline, avx2 or avx512.
    package static var instructionSet: String { Kernels.best.level.name }
}

extension TrainingBenchmark {
    /// The rate of oneDNN's own large matrix products here, 10⁹ operations a second on all workers.
    package static func productPeak(
        workers: Int, precision: ProductPrecision = .fastest
    ) -> Double {
        ProductBenchmark.peak(workers: workers, precision: precision)
    }
}
