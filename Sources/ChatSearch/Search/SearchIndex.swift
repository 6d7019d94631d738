import ChatCore
import Foundation
import GRDB

/// A corpus made ready for search: SQLite's FTS5 with BM25.
///
/// Goals, in order: stateless (an answer depends on the corpus and the query, never on what was asked
/// before); never out of date (`open` looks at the files each time and indexes a changed corpus anew;
/// `isCurrent` tells whether what is open still holds); fast. The index is a cache: lost, corrupt or of another corpus, it is built again, and where
/// no file can be kept it is built in memory.
public final class SearchIndex {
    /// What is indexed.
    public let corpus: SearchCorpus
    /// Where the index is kept; nil for one in memory.
    public let url: URL?
    /// Entries in the index.
    public private(set) var count: Int
    /// SQL statements run by searches so far: five a search at most, however many words and hits it has.
    package internal(set) var statementCount = 0
    private var database: DatabaseQueue
    private let stamp: String

    /// Whether the files are still as they were when this was opened.
    public var isCurrent: Bool { corpus.stamp == stamp }

    /// Raised when the tables, the tokens or the making of entries change.
    static let version = 5

    /// Opens the index of a corpus, building it where it is missing, stale or broken.
    /// - Parameters:
    ///   - cacheFolder: where indexes are kept, made when missing; nil: in memory.
    ///   - progress: called while it is built with the share that is done, 0 to 1; false stops.
    /// - Returns: nil when stopped.
    /// - Throws: `CorpusError`, `LessonError`, `SearchError`.
    public static func open(
        _ corpus: SearchCorpus, cacheFolder: URL?, progress: (Double) -> Bool = { _ in true }
    ) throws -> SearchIndex? {
        guard PlainThread.canStart else {
            throw SearchError.index(
                path: cacheFolder?.path ?? "in memory", reason: "no thread can be started")
        }
        guard let cacheFolder, (try? SystemFileSystem().makeFolders(cacheFolder)) != nil else {
            return try inMemory(corpus, progress)
        }
        let url = cacheFolder.appendingPathComponent("search-" + corpus.cacheName)
        if let index = try? SearchIndex(corpus, at: url) { return index }
        do {
            guard try SearchIndexBuilder.build(corpus, at: url, progress: progress) else {
                return nil
            }
            return try SearchIndex(corpus, at: url)
        } catch is DatabaseError, is Unusable, SearchError.index {
            // A full disk, a file system without locks, a corpus that changes all the while.
            return try inMemory(corpus, progress)
        }
    }

    private static func inMemory(
        _ corpus: SearchCorpus, _ progress: (Double) -> Bool
    ) throws -> SearchIndex? {
        do {
            let queue = try DatabaseQueue()
            // What changes while it is filled makes it stale.
            let stamp = corpus.stamp
            guard try SearchIndexBuilder.fill(queue, corpus, progress: progress) else { return nil }
            return try SearchIndex(corpus, queue, url: nil, stamp: stamp)
        } catch let error as DatabaseError {
            throw SearchError.index(path: "in memory", reason: error.message ?? "\(error)")
        }
    }

    private init(
        _ corpus: SearchCorpus, _ database: DatabaseQueue, url: URL?, stamp: String
    ) throws {
        self.corpus = corpus
        self.stamp = stamp
        self.database = database
        self.url = url
        count = try database.read {
            let count = Int(try SearchIndexBuilder.fact("entries", $0) ?? "") ?? 0
            return min(max(count, 0), Int(Int32.max))
        }
    }

    /// Tells that an index cannot be used as it is.
    private struct Unusable: Error {}

    /// Opens an index that exists.
    /// - Throws: whatever tells that it cannot be used as it is.
    private convenience init(_ corpus: SearchCorpus, at url: URL) throws {
        guard access(url.path, R_OK) == 0 else { throw Unusable() }
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        // Never mapped: another process may cut the file short, and reading on would end this one.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA mmap_size = 0") }
        let queue = try DatabaseQueue(path: url.path, configuration: configuration)
        let stamp = corpus.stamp
        let known = try queue.read { database in
            (
                version: try SearchIndexBuilder.fact("version", database),
                stamp: try SearchIndexBuilder.fact("stamp", database),
                hash: try SearchIndexBuilder.fact("hash", database)
            )
        }
        guard known.version == "\(Self.version)" else { throw Unusable() }
        if known.stamp != stamp {
            guard try corpus.hash() == known.hash else { throw Unusable() }
            // Touched, copied or checked out again: the same text.
            try? queue.write { database in
                try database.execute(
                    sql: "UPDATE fact SET value = ? WHERE name = 'stamp'", arguments: [stamp])
            }
        }
        try self.init(corpus, queue, url: url, stamp: stamp)
    }

    /// Runs `body` on the index; one that turns out to be corrupt is built anew, once.
    /// - Parameter shouldContinue: asked while it is built; false stops.
    /// - Throws: `SearchError.index`, `.stopped`.
    func read<T>(shouldContinue: () -> Bool, _ body: (Database) throws -> T) throws -> T {
        do {
            return try database.read(body)
        } catch let error as DatabaseError {
            guard let url else {
                throw SearchError.index(path: "in memory", reason: error.message ?? "\(error)")
            }
            do {
                let isBuilt = try SearchIndexBuilder.build(
                    corpus, at: url, progress: { _ in shouldContinue() })
                guard isBuilt else { throw SearchError.stopped }
                let fresh = try SearchIndex(corpus, at: url)
                try? database.close()
                (database, count) = (fresh.database, fresh.count)
                return try database.read(body)
            } catch let error as DatabaseError {
                throw SearchError.index(path: url.path, reason: error.message ?? "\(error)")
            }
        }
    }
}
