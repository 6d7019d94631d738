import ArgumentParser
import ChatCore
import ChatTraining
import Foundation

struct BenchmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark", abstract: "Measure training, generation and start-up here.",
        discussion: """
            Speeds are in symbols of the alphabet (a letter is one, a Hangul syllable two or three), \
            medians of five runs; the products' rate is the best of twelve. `make bench` \
            measures other programs beside it.

            Example: charchat benchmark --json
            """)

    @OptionGroup var model: ModelOption

    @Option(
        help: ArgumentHelp(
            "Threads for training. Default: one a core, at most 8.", valueName: "N"))
    var threads: Int?

    @Option(help: ArgumentHelp("Seconds a run.", valueName: "SECONDS"))
    var seconds = 0.8

    @Flag(help: "A JSON object on standard output.")
    var json = false

    func validate() throws {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        if let threads, !(1...cores).contains(threads) {
            throw ValidationError(phrase("--threads must be 1 to %@ on this machine.", cores))
        }
        guard seconds > 0, seconds <= 60 else {
            throw ValidationError(phrase("--seconds must be more than 0 and at most 60."))
        }
    }

    func run() throws {
        try Trainer.requireLibrary()
        let workers = threads ?? min(8, ProcessInfo.processInfo.activeProcessorCount)
        let url = try? model.url()
        let startup = try url.map(Self.startUp)
        let peak = TrainingBenchmark.productPeak(workers: workers)
        var rows = try Self.shapes().map { shape in
            TrainingBenchmark().measure(
                shape.name, shape.model, batch: shape.batch, window: shape.window,
                workers: workers, precision: shape.precision, optimizer: shape.optimizer,
                seconds: seconds)
        }
        for shape in try Self.generated() {
            let model = LanguageModel(shape.model, seed: 1)
            let rate = GenerationBenchmark().measure(
                shape.precision == .bfloat16 ? model.roundedToBFloat16 : model,
                threads: shape.threads, sessions: shape.batch, seconds: seconds)
            rows.append(
                TrainingBenchmark.Result(
                    name: shape.name, cell: shape.model.layers[0].cell.rawValue,
                    hidden: shape.model.layers[0].hiddenSize, layers: shape.model.layers.count,
                    batch: shape.batch, window: 1, precision: shape.precision,
                    parameters: shape.model.parameterCount, symbolsPerSecond: rate,
                    gflops: rate * shape.model.trainingOperations / 3 * 1e-9))
        }
        let report = Report(
            instructionSet: TrainingBenchmark.instructionSet, threads: workers, peakGflops: peak,
            startupMilliseconds: startup, measurements: rows)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            try Output.standard.writeLine(
                String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            try show(report, modelName: url?.lastPathComponent ?? "")
        }
    }

    /// Milliseconds to load a model and pack its weights.
    private static func startUp(_ url: URL) throws -> Double {
        let start = DispatchTime.now().uptimeNanoseconds
        let loaded = try MemoryLimit.model(url)
        _ = StepEngine(loaded.network)
        return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-6
    }

    private func show(_ report: Report, modelName: String) throws {
        let output = Output.standard
        let peak = report.peakGflops
        try output.tell(
            phrase(
                "instruction set %@; products in %@ where no other is named; %@ threads; large matrix products %@ GFLOP/s",
                report.instructionSet, ProductPrecision.fastest.rawValue, report.threads, Int(peak))
        )
        let width = report.measurements.map { DisplayWidth.of($0.name) }.max() ?? 0
        for row in report.measurements {
            let speed = ModelText.grouped(Int(row.symbolsPerSecond))
            let share =
                row.window > 1
                ? "  "
                    + phrase(
                        "%@ % of the products' rate",
                        TextWrap.right(ModelText.fixed(row.gflops / peak * 100, 0), 3)) : ""
            let figures = phrase(
                "%@ symbols/s  %@ GFLOP/s", speed, ModelText.fixed(row.gflops, 1))
            try output.tell(TextWrap.padded(row.name, width) + " " + figures + share)
        }
        if let elapsed = report.startupMilliseconds {
            try output.tell(
                phrase(
                    "start-up: %@ ms to load %@ and pack its weights", ModelText.fixed(elapsed, 1),
                    VisibleText.oneLine(modelName))
            )
        }
    }

    /// Everything measured, as `--json` prints it.
    private struct Report: Encodable {
        var instructionSet: String
        var threads: Int
        /// Of large matrix products, 10⁹ operations a second.
        var peakGflops: Double
        /// To load the model and pack its weights; nil, and not printed, where there is no model.
        var startupMilliseconds: Double?
        var measurements: [TrainingBenchmark.Result]

        enum CodingKeys: String, CodingKey {
            case threads, measurements
            case instructionSet = "instruction_set"
            case peakGflops = "peak_gflops"
            case startupMilliseconds = "startup_ms"
        }
    }

    private struct Shape {
        var name: String
        var model: ModelConfiguration
        var batch = 1
        /// That make steps, of a generation.
        var threads = 1
        var window = 1
        var precision = ProductPrecision.fastest
        var optimizer = OptimizerKind.adamw
    }

    private static func model(
        _ cell: CellKind, _ hidden: Int, layers: Int = 1, heads: Int = 1, symbols: Int = 65
    ) throws -> ModelConfiguration {
        let layer = LayerConfiguration(cell: cell, hiddenSize: hidden, headCount: heads)
        return try ModelConfiguration(
            symbolCount: symbols, embeddingSize: cell.isResidual ? hidden : 64,
            layers: [LayerConfiguration](repeating: layer, count: layers))
    }

    private static func shapes() throws -> [Shape] {
        var shapes: [Shape] = []
        for (cell, sizes) in [
            (CellKind.lstm, [(256, 32, 64), (256, 64, 128), (512, 64, 128)]),
            (.gru, [(256, 32, 64), (256, 64, 128), (512, 64, 128)]),
        ] {
            for (hidden, batch, window) in sizes {
                shapes.append(
                    Shape(
                        name: phrase(
                            "train %@",
                            "\(cell.rawValue.uppercased()) \(hidden), \(batch) × \(window)"),
                        model: try model(cell, hidden), batch: batch, window: window))
            }
        }
        for hidden in [256, 512] {
            shapes.append(
                Shape(
                    name: phrase("train %@", "LSTM \(hidden), 64 × 128, float32"),
                    model: try model(.lstm, hidden),
                    batch: 64, window: 128, precision: .float32))
        }
        shapes.append(
            Shape(
                name: phrase("train %@, %@ heads, %@", "gated delta 192 × 2", 3, "32 × 512"),
                model: try model(.gatedDelta, 192, layers: 2, heads: 3, symbols: 128), batch: 32,
                window: 512))
        // The presets as they train on dialogues.
        let options = Preset.options(cell: .gatedDelta, format: .dialogue)
        for preset in Preset.allCases {
            let model = try preset.configuration(cell: .gatedDelta, symbolCount: 174)
            let size = "\(model.layers[0].hiddenSize) × \(model.layers.count)"
            shapes.append(
                Shape(
                    name: phrase(
                        "train %@",
                        "gated delta \(size) (\(preset)), \(options.batchSize) × \(options.windowLength)"
                    ),
                    model: model, batch: options.batchSize, window: options.windowLength,
                    optimizer: options.optimizer))
        }
        return shapes
    }

    /// `batch` is the number of sessions; `precision` that of the weights.
    private static func generated() throws -> [Shape] {
        let long = try model(.lstm, 460)
        let delta = try model(.gatedDelta, 192, layers: 3, heads: 2, symbols: 174)
        let kimi = try Preset.small.configuration(
            cell: .kimiDelta, symbolCount: 226, copyHeadSize: 64)
        let cores = min(8, ProcessInfo.processInfo.activeProcessorCount)
        let names = ["LSTM 460", "gated delta 192 × 3", phrase("kda and copy head")]
        let together = zip(names, [long, delta, kimi]).map { name, model in
            Shape(
                name: phrase("generate %@, %@ sessions, %@ threads, compact", name, 16, cores),
                model: model, batch: 16, threads: cores, precision: .bfloat16)
        }
        return [
            Shape(
                name: phrase("generate %@, one thread", "LSTM 460"), model: long,
                precision: .float32),
            Shape(
                name: phrase("generate %@, one thread, compact", "LSTM 460"), model: long,
                precision: .bfloat16),
            Shape(
                name: phrase("generate %@, one thread", "gated delta 192 × 3"), model: delta,
                precision: .float32),
            Shape(
                name: phrase("generate %@, one thread, compact", "gated delta 192 × 3"),
                model: delta, precision: .bfloat16),
            Shape(
                name: phrase("generate %@, one thread, compact", phrase("kda and copy head")),
                model: kimi, precision: .bfloat16),
            Shape(
                name: phrase(
                    "generate %@, %@ threads, compact", phrase("kda and copy head"), cores),
                model: kimi, batch: cores, threads: cores, precision: .bfloat16),
        ] + together
    }
}
