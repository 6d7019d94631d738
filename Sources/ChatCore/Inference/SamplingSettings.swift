/// How the next character is chosen from the model's odds.
public struct SamplingSettings: Sendable, Equatable, Codable {
    /// Flattens (above 1) or sharpens (below 1) the odds; 0 always takes the likeliest (greedy).
    /// Valid: 0...10.
    public var temperature: Double
    /// Only the likeliest symbols that together hold this share of the probability are considered.
    /// Valid: above 0, at most 1.
    public var topP: Double

    /// Takes the values as they are; `validate` checks them.
    public init(temperature: Double, topP: Double = 0.9) {
        self.temperature = temperature
        self.topP = topP
    }

    /// Free text: varied.
    public static let text = SamplingSettings(temperature: 0.7)

    /// A conversation: answers are to be right, and near to what greedy ones are
    /// (`benchmarks/temperatures.py` measures what each temperature costs).
    public static let dialogue = SamplingSettings(temperature: 0.2)

    /// What a chat with a model of this format draws with unless told otherwise.
    public static func usual(for format: CorpusFormat) -> SamplingSettings {
        switch format {
        case .text: .text
        case .dialogue: .dialogue
        }
    }

    /// Greedy: the likeliest symbol, always.
    public static let greedy = SamplingSettings(temperature: 0, topP: 1)

    /// Checks the ranges.
    /// - Throws: `SamplingError` with the value that is out of range.
    public func validate() throws {
        guard temperature.isFinite, (0...10).contains(temperature) else {
            throw SamplingError.temperature(temperature)
        }
        guard topP.isFinite, topP > 0, topP <= 1 else { throw SamplingError.topP(topP) }
    }
}

/// A sampling setting out of its range.
public enum SamplingError: DescribedError, Sendable, Equatable {
    /// A temperature outside 0...10, or one that is not a number.
    case temperature(Double)
    /// A top-p that is not above 0 and at most 1.
    case topP(Double)

    public var description: String {
        switch self {
        case .temperature(let value):
            "temperature is \(value); it must be a number from 0 (greedy) to 10"
        case .topP(let value): "top-p is \(value); it must be a number above 0 and at most 1"
        }
    }
}
