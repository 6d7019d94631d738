import ChatCore

/// Model sizes that are known to work, with the training options that suit them.
public enum Preset: String, Sendable, CaseIterable, Codable {
    /// 96 wide and two layers deep with a delta cell, 128 and one with others.
    case tiny
    /// 192 wide and three layers deep with a delta cell, 256 and one with others.
    case small
    /// 288 wide and three layers deep with a delta cell, 512 and one with others.
    case base

    /// The cell that suits a corpus best: GRU for running text, which learns most in a given time, and
    /// gated delta for dialogues, where something must be remembered.
    public static func cell(for format: CorpusFormat) -> CellKind {
        format == .text ? .gru : .gatedDelta
    }

    /// Width of the recurrent layers.
    public func hiddenSize(_ cell: CellKind) -> Int {
        switch (cell.isResidual, self) {
        case (true, .tiny): 96
        case (true, .small): 192
        case (true, .base): 288
        case (false, .tiny): 128
        case (false, .small): 256
        case (false, .base): 512
        }
    }

    /// Recurrent layers.
    public func layerCount(_ cell: CellKind) -> Int {
        cell.isResidual ? (self == .tiny ? 2 : 3) : 1
    }

    /// The key size of the copy head that suits a corpus; nil for none. Running text, whose state is
    /// carried from window to window without an end, has none: the network comes to rely on a memory
    /// filled by thousands of characters, and is worse from a fresh state than without (tinyshakespeare,
    /// GRU of 128: 2.17 nats for 1.98 after 300 steps).
    public static func copyHeadSize(for format: CorpusFormat) -> Int? {
        format == .dialogue ? 64 : nil
    }

    /// Symbols that a pointer head made here looks back on.
    public static let pointerReach = 2048

    /// A model of this size for an alphabet.
    /// - Throws: `ModelError.configuration` when the width or depth asked for cannot be.
    public func configuration(
        cell: CellKind, symbolCount: Int, hiddenSize: Int? = nil, layerCount: Int? = nil,
        copyHeadSize: Int? = nil, pointerHead: PointerHeadConfiguration? = nil
    ) throws -> ModelConfiguration {
        let width = hiddenSize ?? self.hiddenSize(cell)
        let count = layerCount ?? self.layerCount(cell)
        guard (1...64).contains(count) else {
            throw ModelError.configuration("a model needs 1 to 64 layers, not \(count)")
        }
        return try ModelConfiguration(
            symbolCount: symbolCount,
            embeddingSize: cell.isResidual ? width : max(16, min(128, width / 4)),
            layers: (0..<count).map { index in
                LayerConfiguration(
                    cell: cell, hiddenSize: width,
                    headCount: cell.isResidual
                        && index < count - 1 ? Self.headCount(width) : 1)
            }, copyHeadSize: copyHeadSize, pointerHead: pointerHead)
    }

    /// Heads of about 48 below the last layer; the nearest number that divides the width. The last layer has a
    /// single one, which comes to hold what was told many turns ago: what a head can hold grows with the square
    /// of its width. Measured best of ten ways to divide three layers of 192
    /// (corpus/SHIPPED-MODEL.md).
    static func headCount(_ width: Int) -> Int {
        let wanted = max(1, Double(width) / 48)
        return (1...max(1, min(width, 64))).filter { width % $0 == 0 }
            .min { abs(Double($0) - wanted) < abs(Double($1) - wanted) } ?? 1
    }

    /// How often the base model would read a plain text in the time, on two cores of 2023, which read 2.9
    /// million symbols a minute with it; 0 where there is no end or no time to go by.
    static func passes(format: CorpusFormat, symbols: Int?, budget: TrainingBudget) -> Double {
        guard format == .text, let symbols, case .minutes(let minutes) = budget else { return 0 }
        return 2_900_000 * minutes / Double(max(1, symbols))
    }

    /// The size that learns most in the given time: base for a plain text that it reads at least twice, which
    /// a smaller model would read so often that it learned it by heart; else small.
    public static func suited(
        format: CorpusFormat, symbols: Int?, budget: TrainingBudget
    ) -> Preset {
        passes(format: format, symbols: symbols, budget: budget) >= 2 ? .base : .small
    }

    /// The dropout for a plain text: none below six passes, and at 25 and more what measured best at 29.
    public static func dropout(
        format: CorpusFormat, symbols: Int?, budget: TrainingBudget
    ) -> Double {
        switch passes(format: format, symbols: symbols, budget: budget) {
        case ..<6: 0
        case ..<12: 0.2
        case ..<25: 0.35
        default: 0.5
        }
    }

    /// The window for pairs, where nothing is told first and recalled later: three times as many steps in a
    /// minute as with that of dialogues. A minute of the FAQ in `benchmarks/pairs` from the shipped model
    /// answers 120 of its 120 questions with it, and 6 with 1,536.
    static let pairsWindow = 512

    /// Options that suit a cell and a kind of corpus.
    public static func options(cell: CellKind, format: CorpusFormat) -> TrainingOptions {
        var options = TrainingOptions()
        switch (cell.isResidual, format) {
        case (true, .dialogue):
            // Long enough to span telling and recalling.
            (options.batchSize, options.windowLength) = (4, 1536)
            options.userWeight = 0.1
        case (true, .text): (options.batchSize, options.windowLength) = (16, 128)
        case (false, .dialogue): (options.batchSize, options.windowLength) = (16, 256)
        case (false, .text): (options.batchSize, options.windowLength) = (32, 64)
        }
        if cell == .gru { options.peakLearningRate = 4e-3 }
        if cell.isResidual {
            options.peakLearningRate = 4e-3
            options.optimizer = .muon
        }
        return options
    }
}
