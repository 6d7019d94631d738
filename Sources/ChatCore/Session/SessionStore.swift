import Foundation

/// A saved session as `sessions list` shows it.
public struct SessionSummary: Sendable, Equatable {
    public let name: String
    public let url: URL
    public let modified: Date
    public let turnCount: Int
    /// The hash of the model it speaks with.
    public let model: String
    /// The first thing that was said, at most 80 characters, one line, safe to show.
    public let opening: String
}

/// A session in which a text was found.
public struct SessionHit: Sendable, Equatable {
    public let name: String
    /// The words around the first place, one line, safe to show.
    public let excerpt: String
    public let modified: Date
}

/// The forms a session can be exported in.
public enum ExportFormat: String, Sendable, CaseIterable { case markdown = "md", json, text = "txt" }

/// The saved sessions.
public struct SessionStore: Sendable {
    public let places: Places

    public init(places: Places) { self.places = places }

    /// A new conversation. Nothing is written before something is said.
    /// - Parameters:
    ///   - name: nil: one from the date and time.
    ///   - saved: false leaves nothing on disk.
    public func create(
        _ name: String? = nil, generator: ReplyGenerator, settings: SessionSettings,
        saved: Bool = true
    ) throws -> Session { Session(generator: generator) }
    /// Opens a saved session where it was left.
    public func open(_ name: String, generator: ReplyGenerator) throws -> Session {
        Session(generator: generator)
    }
    public func exists(_ name: String) throws -> Bool { false }
    /// The name of the session that was written to last, or nil.
    public func latest() throws -> String? { nil }
    /// All names, ascending; quick enough for Tab.
    public func names() throws -> [String] { [] }
    /// Latest first.
    public func list() throws -> [SessionSummary] { [] }
    /// Sessions in which `text` was said, latest first; letter case does not matter.
    public func search(_ text: String, limit: Int = 50) throws -> [SessionHit] { [] }
    public func rename(_ name: String, to newName: String) throws {}
    public func delete(_ name: String) throws {}
    /// Copies a session up to a turn of it (nil: all); returns the copy's name.
    public func fork(_ name: String, atTurn turn: Int? = nil, as newName: String? = nil) throws -> String {
        ""
    }
    /// The session as a document.
    public func export(_ name: String, as format: ExportFormat) throws -> String { "" }
    /// Makes a session of a `{"messages":…}` file; returns its name.
    public func importMessages(
        _ url: URL, as name: String? = nil, model: ChatModel,
        settings: SessionSettings = SessionSettings()
    ) throws -> String { "" }
    /// Reads a saved session's transcript.
    public func transcript(_ name: String) throws -> Transcript { Transcript() }
    /// Where a session of that name is saved.
    /// - Throws: `SessionError.name` when it cannot be a name.
    public func url(_ name: String) throws -> URL { places.sessionsFolder }
}
