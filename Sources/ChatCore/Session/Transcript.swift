import Foundation

/// A transcript as read from its file.
public struct Transcript: Sendable {
    /// Reads and checks a transcript file. It may be open in another process.
    /// - Throws: `StorageError`, `TranscriptError`.
    public init(_ url: URL) throws {}
    init() {}
    /// The hash of the model it was spoken with.
    public var model: String { "" }
    public var settings: SessionSettings { SessionSettings() }
    /// The conversation as it stands at the end.
    public var turns: [Turn] { [] }
    /// What was repaired in reading, for the user.
    public var notice: String? { nil }
}

/// What can be wrong with a transcript.
public enum TranscriptError: Error, Sendable, Equatable, CustomStringConvertible {
    case notTranscript(path: String, line: Int, what: String)
    /// The line does not follow the one before it: the file was edited.
    case brokenChain(path: String, line: Int)
    case unknownEvent(path: String, line: Int, name: String)
    case newerVersion(path: String, version: Int)
    public var description: String { "" }
}
