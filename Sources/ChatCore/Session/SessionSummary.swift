import Foundation

/// A saved session as `sessions list` shows it.
public struct SessionSummary: Sendable, Equatable {
    public let name: String
    let folder: URL
    public let modified: Date
    /// Turns of the conversation as it stands.
    public let turnCount: Int
    /// The hash of the model it speaks with.
    public let model: String
    /// The first thing that was said, at most 80 characters, one line, safe to show.
    public let opening: String
    /// Why it cannot be opened, one line; nil for a sound one.
    public let problem: String?

    /// Its transcript.
    public var url: URL { SessionFolder.url(name, in: folder) }
}

/// A session in which a text was found.
public struct SessionHit: Sendable, Equatable {
    public let name: String
    /// The words around the first place, one line, safe to show.
    public let excerpt: String
    public let modified: Date
}

extension SessionStore {
    /// Every saved session, latest first. Reads only what changed since the last time.
    /// - Throws: `StorageError.system` when the folder cannot be read.
    public func list() throws -> [SessionSummary] {
        try SessionIndex.look(places) { try $0.list() }
    }

    /// Sessions in which `text` was said by either side, latest first; letter case does not matter.
    /// - Throws: `StorageError.system` when the folder cannot be read.
    public func search(_ text: String, limit: Int = 50) throws -> [SessionHit] {
        try SessionIndex.look(places) { try $0.search(text, limit: limit) }
    }
}
