import Foundation

/// A saved session as a list of sessions shows it.
public struct SessionSummary: Sendable, Equatable {
    /// The name it is saved under.
    public let name: String
    let folder: URL
    /// When it was last written to or left.
    public let modified: Date
    /// Turns of the conversation as it stands.
    public let turnCount: Int
    /// The hash of the model it speaks with.
    public let model: String
    /// The first thing that was said, at most 80 characters, one line, safe to show.
    public let opening: String
    /// Why it cannot be opened, one line; nil if it can.
    public let problem: String?

    package init(
        name: String, folder: URL, modified: Date, turnCount: Int, model: String, opening: String,
        problem: String?
    ) {
        self.name = name
        self.folder = folder
        self.modified = modified
        self.turnCount = turnCount
        self.model = model
        self.opening = opening
        self.problem = problem
    }

    init(_ file: SessionFolder.File, _ session: IndexedSession, folder: URL) {
        self.init(
            name: file.name, folder: folder, modified: file.date, turnCount: session.turnCount,
            model: session.model, opening: session.opening, problem: session.problem)
    }

    /// Its transcript.
    public var url: URL { SessionFolder.url(name, in: folder) }
}

/// A session in which a text was found.
public struct SessionHit: Sendable, Equatable {
    /// The name it is saved under.
    public let name: String
    /// The words around the first match, one line, safe to show.
    public let excerpt: String
    /// When it was last written to or left.
    public let modified: Date

    package init(name: String, excerpt: String, modified: Date) {
        self.name = name
        self.excerpt = excerpt
        self.modified = modified
    }
}
