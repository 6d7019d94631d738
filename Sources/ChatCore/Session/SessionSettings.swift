/// What a conversation's replies depend on beside the model and what was said.
public struct SessionSettings: Sendable, Equatable {
    /// How each symbol is chosen.
    public var sampling: SamplingSettings
    /// With a reply's draw number it fixes every random choice of that reply.
    public var seed: UInt64
    /// Most symbols of a reply, of which a Hangul syllable has two or three. Valid: 1...10,000.
    public var lengthLimit: Int
    /// What replies are made by; a transcript keeps the one that it was begun with.
    public var rule = ReplyRule.wellFormed

    /// Takes the values as they are; `validate` checks them.
    public init(
        sampling: SamplingSettings = .dialogue, seed: UInt64 = 1, lengthLimit: Int = 600
    ) {
        self.sampling = sampling
        self.seed = seed
        self.lengthLimit = lengthLimit
    }

    /// What a chat with this model begins with unless told otherwise.
    public static func usual(for model: ChatModel) -> SessionSettings {
        SessionSettings(sampling: .usual(for: model.format))
    }

    /// Checks the ranges.
    /// - Throws: `SamplingError` or `SessionError.lengthLimit`.
    public func validate() throws {
        try sampling.validate()
        guard (1...10_000).contains(lengthLimit) else {
            throw SessionError.lengthLimit(lengthLimit)
        }
    }
}

/// One setting changed during a conversation.
public enum SettingChange: Sendable, Equatable {
    /// `SamplingSettings.temperature`.
    case temperature(Double)
    /// `SamplingSettings.topP`.
    case topP(Double)
    /// Also starts the draw numbers anew, so that the same seed and the same words give the same reply.
    case seed(UInt64)
    /// `SessionSettings.lengthLimit`.
    case lengthLimit(Int)
}

extension SessionSettings {
    mutating func apply(_ change: SettingChange) {
        switch change {
        case .temperature(let value): sampling.temperature = value
        case .topP(let value): sampling.topP = value
        case .seed(let value): seed = value
        case .lengthLimit(let value): lengthLimit = value
        }
    }
}
