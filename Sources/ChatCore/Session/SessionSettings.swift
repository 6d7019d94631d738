/// What a conversation's replies depend on besides the model and what was said.
public struct SessionSettings: Sendable, Equatable {
    /// How each symbol is chosen.
    public var sampling: SamplingSettings
    /// Together with a reply's draw number it determines every random choice in that reply.
    public var seed: UInt64
    /// Most symbols of a reply, of which a Hangul syllable has two or three. Valid: 1...10,000.
    public var lengthLimit: Int
    /// The rule that replies follow; a transcript keeps the one that it was begun with.
    public var rule = ReplyRule.wellFormed

    /// Does not check the values; `validate` does.
    public init(
        sampling: SamplingSettings = .dialogue, seed: UInt64 = 1, lengthLimit: Int = 600
    ) {
        self.sampling = sampling
        self.seed = seed
        self.lengthLimit = lengthLimit
    }

    /// The settings that a chat with this model starts with by default.
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
    /// Also restarts the draw numbers, so that the same seed and the same words give the same reply.
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
