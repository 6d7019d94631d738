/// Plays a transcript as it happened, and proves that its replies are the model's.
public enum Replay {
    /// One thing that happened, in order.
    public enum Step: Sendable, Equatable {
        case said(String)
        /// `user` is what it answers; `regenerated`: it replaces the reply before it.
        case replied(Turn, regenerated: Bool)
        case undid(Int)
        case redid(Int)
        case cleared
        case set(SettingChange)
    }

    /// Where a generated reply first differs from the recorded one.
    public struct Difference: Sendable, Equatable {
        /// The turn's number when it was said, and the line of the file.
        public let turn: Int
        public let line: Int
        /// Characters (Unicode scalars) that agree before the first that differs.
        public let characterIndex: Int
        public let recorded: String
        public let generated: String
    }

    public struct Report: Sendable, Equatable {
        /// Replies generated anew and found the same.
        public let verified: Int
        /// Replies that were imported and so cannot be verified.
        public let imported: Int
        public let difference: Difference?
        public var isExact: Bool { difference == nil }
    }

    /// Everything that happened.
    public static func steps(_ transcript: Transcript) -> [Step] { [] }

    /// Generates every reply anew, stopping at the first that differs.
    /// - Parameter progress: called after each reply with replies done and in all; false stops (the
    ///   report then covers what was done).
    /// - Throws: `ReplayError.otherModel`.
    public static func verify(
        _ transcript: Transcript, generator: ReplyGenerator,
        progress: (Int, Int) -> Bool = { _, _ in true }
    ) throws -> Report { Report(verified: 0, imported: 0, difference: nil) }
}

/// Why a transcript cannot be verified.
public enum ReplayError: Error, Sendable, Equatable, CustomStringConvertible {
    case otherModel(path: String, recorded: String, given: String)
    public var description: String { "" }
}
