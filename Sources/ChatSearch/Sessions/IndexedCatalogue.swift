import ChatCore

/// Lists and searches thousands of sessions through an index in SQLite that reads only what changed
/// since the last time.
public struct IndexedCatalogue: SessionCatalogue {
    /// It opens the index anew with each call, so several processes may use one.
    public init() {}

    /// Every saved session, latest first. Reads the transcripts that changed since the last time.
    public func list(_ places: Places) throws -> [SessionSummary] {
        try SessionIndex.look(places) { try $0.list() }
    }

    /// Sessions in which `text` was said, latest first. Reads the transcripts that changed since the last
    /// time.
    public func search(_ text: String, limit: Int, in places: Places) throws -> [SessionHit] {
        try SessionIndex.look(places) { try $0.search(text, limit: limit) }
    }

    /// Drops what the index knows of a session.
    public func forget(_ name: String, in places: Places) { SessionIndex.forget(name, places) }
}

extension SessionCatalogue where Self == IndexedCatalogue {
    /// Lists and searches through an index in SQLite.
    public static var indexed: IndexedCatalogue { IndexedCatalogue() }
}
