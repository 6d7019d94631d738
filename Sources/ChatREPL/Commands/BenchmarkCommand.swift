import ArgumentParser
import ChatCore
import Foundation

struct BenchmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "benchmark")
    func run() throws {
        func lstm(_ cell: CellKind, _ h: Int, b: Int, t: Int, e: Int = 64, v: Int = 65) throws {
            let c = try ModelConfiguration(symbolCount: v, embeddingSize: e, layers: [.init(cell: cell, hiddenSize: h)])
            print(TrainingBenchmark().measure("x", c, batch: b, window: t, workers: 2, seconds: 1, repetitions: 3))
        }
        try lstm(.lstm, 256, b: 32, t: 64)
        try lstm(.lstm, 256, b: 64, t: 128)
        try lstm(.lstm, 512, b: 64, t: 128)
        try lstm(.gru, 256, b: 64, t: 128)
        for (d, h, l, b, t) in [(192, 3, 2, 32, 512), (192, 2, 2, 16, 512), (192,2,2,8,512)] {
            let c = try ModelConfiguration(symbolCount: 128, embeddingSize: d, layers: Array(repeating: .init(cell: .gatedDelta, hiddenSize: d, headCount: h), count: l))
            print(TrainingBenchmark().measure("x", c, batch: b, window: t, workers: 2, seconds: 2, repetitions: 3))
        }
    }
}
