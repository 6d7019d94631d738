import ChatSearch
import Foundation

/// The index that everybody searches in, one after another.
final class SearchDesk: @unchecked Sendable {
    private let lock = NSLock()
    private let index: SearchIndex

    /// Takes an index over; nobody else uses it from then on.
    init(_ index: sending SearchIndex) { self.index = index }

    /// - Throws: `SearchError`.
    func search(_ text: String, limit: Int) throws -> (result: SearchResult, reply: SearchReply) {
        try lock.withLock {
            (
                try index.search(try SearchQuery(text), limit: limit),
                try index.reply(to: text)
            )
        }
    }
}
