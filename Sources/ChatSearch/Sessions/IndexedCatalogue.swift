import ChatCore

/// Lists and searches thousands of sessions through an index in SQLite that reads only what changed
/// since the last time.
public struct IndexedCatalogue: SessionCatalogue {
    public init() {}

    public func list(_ places: Places) throws -> [SessionSummary] {
        try SessionIndex.look(places) { try $0.list() }
    }

    public func search(_ text: String, limit: Int, in places: Places) throws -> [SessionHit] {
        try SessionIndex.look(places) { try $0.search(text, limit: limit) }
    }

    public func forget(_ name: String, in places: Places) { SessionIndex.forget(name, places) }
}

extension SessionCatalogue where Self == IndexedCatalogue {
    /// Lists and searches through an index in SQLite.
    public static var indexed: IndexedCatalogue { IndexedCatalogue() }
}
