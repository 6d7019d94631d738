import Foundation

/// How the saved sessions of a folder are listed and searched. The transcripts are authoritative; what a
/// catalogue keeps beside them is a cache that may be lost.
public protocol SessionCatalogue: Sendable {
    /// Every saved session, latest first.
    /// - Throws: `StorageError.system` when the folder cannot be read.
    func list(_ places: Places) throws -> [SessionSummary]

    /// Sessions in which `text` was said by either side, latest first. Letter case, diacritics, and the
    /// width and form of letters do not matter.
    /// - Throws: `StorageError.system` when the folder cannot be read.
    func search(_ text: String, limit: Int, in places: Places) throws -> [SessionHit]

    /// Drops everything kept about a session whose transcript was removed or renamed.
    func forget(_ name: String, in places: Places)
}

/// Reads every transcript each time: fine for hundreds of sessions, and the reference that a catalogue
/// with an index is compared with.
public struct ReadingCatalogue: SessionCatalogue {
    /// It keeps nothing between calls.
    public init() {}

    /// Every saved session, latest first. Reads every transcript.
    public func list(_ places: Places) throws -> [SessionSummary] {
        try read(places).map { SessionSummary($0.file, $0.session, folder: places.sessionsFolder) }
    }

    /// Sessions in which `text` was said, latest first. Reads every transcript.
    public func search(_ text: String, limit: Int, in places: Places) throws -> [SessionHit] {
        let wanted = IndexedSession.folded(text)
        guard !wanted.isEmpty else { return [] }
        let found = try read(places).lazy.filter { $0.session.holds(wanted) }
        return found.prefix(max(0, limit)).map {
            SessionHit(
                name: $0.file.name,
                excerpt: IndexedSession.excerpt($0.session.text, around: wanted),
                modified: $0.file.date)
        }
    }

    /// It keeps nothing; an index that another program made could still tell what was said.
    public func forget(_ name: String, in places: Places) {
        for suffix in ["", "-journal"] { unlink(places.sessionIndexFile.path + suffix) }
    }

    /// The transcripts with what is in them, latest first.
    private func read(
        _ places: Places
    ) throws -> [(file: SessionFolder.File, session: IndexedSession)] {
        let files = try SessionFolder.files(places).sorted {
            ($1.modified, $0.name) < ($0.modified, $1.name)
        }
        let urls = files.map { SessionFolder.url($0.name, in: places.sessionsFolder) }
        return Array(zip(files, IndexedSession.read(urls)))
    }
}
