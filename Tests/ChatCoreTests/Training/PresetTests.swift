import ChatCore
import ChatTraining
import Testing

@Suite("Presets")
struct PresetTests {
    @Test("gated delta layers have small heads, the last one a single wide one")
    func heads() throws {
        func heads(_ preset: Preset, layers: Int? = nil) throws -> [Int] {
            try preset.configuration(cell: .gatedDelta, symbolCount: 20, layerCount: layers)
                .layers.map(\.headCount)
        }
        #expect(try heads(.tiny) == [2, 1])
        #expect(try heads(.small) == [4, 4, 1])
        #expect(try heads(.base) == [6, 6, 1])
        #expect(try heads(.small, layers: 1) == [1])
    }

    @Test("Kimi delta has the shapes of gated delta", arguments: Preset.allCases)
    func equalShapes(_ preset: Preset) throws {
        let cells = [CellKind.gatedDelta, .kimiDelta]
        let shapes = try cells.map {
            try preset.configuration(cell: $0, symbolCount: 20).layers.map {
                [$0.hiddenSize, $0.headCount, $0.feedForwardSize]
            }
        }
        #expect(shapes[0] == shapes[1])
        #expect(
            Preset.options(cell: .kimiDelta, format: .dialogue).windowLength
                == Preset.options(cell: .gatedDelta, format: .dialogue).windowLength)
    }

    @Test("a width that 48 does not divide gets the nearest number of heads that does")
    func oddWidths() throws {
        for width in [16, 50, 100, 97] {
            let shape = try Preset.small.configuration(
                cell: .gatedDelta, symbolCount: 20, hiddenSize: width)
            #expect(shape.layers.allSatisfy { width % $0.headCount == 0 })
        }
    }

    @Test("a width beyond all bounds is refused, not multiplied", arguments: CellKind.allCases)
    func absurdWidths(_ cell: CellKind) {
        for width in [Int.max, Int.max / 2 + 1, 1 << 20, 0, -1] {
            #expect(throws: ModelError.self) {
                try Preset.small.configuration(cell: cell, symbolCount: 10, hiddenSize: width)
            }
        }
    }

    @Test("more threads than lanes are no trap for a benchmark")
    func benchmarkOfManyThreads() throws {
        let shape = try Preset.tiny.configuration(cell: .gru, symbolCount: 10, hiddenSize: 4)
        let result = TrainingBenchmark().measure(
            "tiny", shape, batch: 2, window: 4, workers: 5, seconds: 1e-6, repetitions: 1)
        #expect(result.symbolsPerSecond > 0)
    }
}
