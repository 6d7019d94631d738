/// Model sizes that are known to work, with the training options that suit them.
public enum Preset: String, Sendable, CaseIterable, Codable {
    case tiny, small, base

    /// The cell that suits a corpus best: GRU for running text, which learns most in a given time, and
    /// gated delta for dialogues, where something must be remembered.
    public static func cell(for format: CorpusFormat) -> CellKind {
        format == .text ? .gru : .gatedDelta
    }

    /// Width of the recurrent layers.
    public func hiddenSize(_ cell: CellKind) -> Int {
        switch (cell, self) {
        case (.gatedDelta, .tiny): 96
        case (.gatedDelta, .small): 192
        case (.gatedDelta, .base): 288
        case (_, .tiny): 128
        case (_, .small): 256
        case (_, .base): 512
        }
    }

    /// Recurrent layers.
    public func layerCount(_ cell: CellKind) -> Int {
        cell == .gatedDelta ? (self == .tiny ? 2 : 3) : 1
    }

    /// A model of this size for an alphabet.
    /// - Throws: `ModelError.configuration` when the width or depth asked for cannot be.
    public func configuration(
        cell: CellKind, symbolCount: Int, hiddenSize: Int? = nil, layerCount: Int? = nil
    ) throws -> ModelConfiguration {
        let width = hiddenSize ?? self.hiddenSize(cell)
        let count = layerCount ?? self.layerCount(cell)
        guard (1...64).contains(count) else {
            throw ModelError.configuration("a model needs 1 to 64 layers, not \(count)")
        }
        let layer = LayerConfiguration(
            cell: cell, hiddenSize: width,
            headCount: cell == .gatedDelta ? Self.headCount(width) : 1)
        return try ModelConfiguration(
            symbolCount: symbolCount,
            embeddingSize: cell == .gatedDelta ? width : max(16, min(128, width / 4)),
            layers: [LayerConfiguration](repeating: layer, count: count))
    }

    /// Heads of about 96, which measured best at a width of 192; the nearest number that divides it.
    static func headCount(_ width: Int) -> Int {
        let wanted = max(1, Double(width) / 96)
        return (1...max(1, min(width, 64))).filter { width % $0 == 0 }
            .min { abs(Double($0) - wanted) < abs(Double($1) - wanted) } ?? 1
    }

    /// Whether a plain text is so short beside the time that a small model would read it dozens of times and
    /// learn it by heart: less than 400,000 characters a minute, which two cores of 2023 read some 25 times.
    public static func isRepeated(
        format: CorpusFormat, characters: Int?, budget: TrainingBudget
    ) -> Bool {
        guard format == .text, let characters, case .minutes(let minutes) = budget else {
            return false
        }
        return Double(characters) < 400_000 * minutes
    }

    /// The part of the outputs that measured best for a text that is read again and again.
    public func dropout(_ cell: CellKind) -> Double {
        switch self {
        case .tiny: 0
        case .small: 0.2
        case .base: 0.5
        }
    }

    /// Options that suit a cell and a kind of corpus.
    public static func options(cell: CellKind, format: CorpusFormat) -> TrainingOptions {
        var options = TrainingOptions()
        switch (cell, format) {
        case (.gatedDelta, .dialogue):
            // Long enough to span telling and recalling.
            (options.batchSize, options.windowLength) = (4, 1536)
            options.userWeight = 0.1
        case (.gatedDelta, .text): (options.batchSize, options.windowLength) = (16, 128)
        case (_, .dialogue): (options.batchSize, options.windowLength) = (16, 256)
        case (_, .text): (options.batchSize, options.windowLength) = (32, 64)
        }
        if cell == .gru { options.peakLearningRate = 4e-3 }
        if cell == .gatedDelta {
            options.peakLearningRate = 4e-3
            options.optimizer = .muon
        }
        return options
    }
}
