import ChatCore
import Foundation
import GRDB

/// Writes the tables of an index.
enum SearchIndexBuilder {
    /// A word that stands in more entries than this is common: how many is noted once, and ranking
    /// does without it where it can.
    static let common = 2_000

    private static let tables = """
        CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        CREATE TABLE entry (
            id INTEGER PRIMARY KEY, text TEXT NOT NULL, answer TEXT, names TEXT NOT NULL,
            wording TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL);
        CREATE TABLE common (token TEXT PRIMARY KEY, entries INTEGER NOT NULL);
        CREATE VIRTUAL TABLE found USING fts5(
            text, answer, names, wording, content = '', tokenize = 'ascii');
        CREATE VIRTUAL TABLE vocabulary USING fts5vocab('found', 'row');
        """

    /// Builds the index beside its place and moves it there in one step.
    /// - Returns: false when `progress` stopped it.
    static func build(
        _ corpus: SearchCorpus, at url: URL, progress: (Double) -> Bool
    ) throws -> Bool {
        let folder = url.deletingLastPathComponent().path
        let temporary = "\(folder)/.\(url.lastPathComponent).\(getpid()).tmp"
        func remove() { for end in ["", "-journal", "-wal"] { unlink(temporary + end) } }
        Leftovers.remove(beside: url)
        remove()
        // SQLite would make the file readable for others.
        let descriptor = Foundation.open(
            temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SearchError.index(path: temporary, reason: String(cString: strerror(errno)))
        }
        close(descriptor)
        do {
            var configuration = Configuration()
            configuration.prepareDatabase { database in
                try database.execute(
                    sql: """
                        PRAGMA mmap_size = 0;
                        PRAGMA page_size = 8192;
                        PRAGMA journal_mode = OFF;
                        PRAGMA synchronous = OFF;
                        PRAGMA cache_size = -65536;
                        """)
            }
            let queue = try DatabaseQueue(path: temporary, configuration: configuration)
            let isWhole = try fill(queue, corpus, progress: progress)
            try queue.close()
            guard isWhole else {
                remove()
                return false
            }
        } catch {
            remove()
            throw error
        }
        guard rename(temporary, url.path) == 0 else {
            let reason = String(cString: strerror(errno))
            remove()
            throw SearchError.index(path: url.path, reason: reason)
        }
        return true
    }

    /// Makes and fills the tables.
    /// - Returns: false when `progress` stopped it.
    static func fill(
        _ queue: DatabaseQueue, _ corpus: SearchCorpus, progress: (Double) -> Bool
    ) throws -> Bool {
        struct Stopped: Error {}
        let stamp = corpus.stamp
        let hash = try corpus.hash()
        let size = max(1, corpus.size)
        do {
            try queue.inDatabase { database in
                try database.execute(sql: tables)
                try database.inTransaction {
                    try database.execute(
                        sql: "INSERT INTO found(found, rank) VALUES ('hashsize', 67108864)")
                    let count = try insert(corpus, into: database) { bytes in
                        guard progress(min(0.95, Double(bytes) / Double(size))) else {
                            throw Stopped()
                        }
                    }
                    try database.execute(sql: "INSERT INTO found(found) VALUES ('optimize')")
                    guard progress(0.98) else { throw Stopped() }
                    try database.execute(
                        sql: """
                            INSERT INTO common SELECT term, doc FROM vocabulary WHERE doc > \(common)
                            """)
                    let facts = [
                        ("version", "\(SearchIndex.version)"), ("stamp", stamp), ("hash", hash),
                        ("entries", "\(count)"),
                    ]
                    for (name, value) in facts {
                        try database.execute(
                            sql: "INSERT INTO fact VALUES (?, ?)", arguments: [name, value])
                    }
                    return .commit
                }
            }
        } catch is Stopped {
            return false
        }
        return progress(1)
    }

    /// Writes every entry; returns how many there are.
    private static func insert(
        _ corpus: SearchCorpus, into database: Database, progress: (Int) throws -> Void
    ) throws -> Int {
        let entries = try database.makeStatement(
            sql: """
                INSERT INTO entry (id, text, answer, names, wording, file, line)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """)
        let found = try database.makeStatement(
            sql: "INSERT INTO found (rowid, text, answer, names, wording) VALUES (?, ?, ?, ?, ?)")
        var segmenter = SearchSegmenter()
        var wording = (text: "", tokens: "")
        var count = 0
        var bytes = 0
        var told = 0
        try corpus.forEachEntry { entry, read in
            count += 1
            bytes += read
            if entry.wording != wording.text {
                wording = (entry.wording, segmenter.segments(of: entry.wording).tokens)
            }
            // A zero byte would end the text for SQLite.
            try entries.execute(arguments: [
                count, entry.text.withoutZeros, entry.answer?.withoutZeros, entry.names,
                entry.wording, entry.file, entry.line,
            ])
            try found.execute(arguments: [
                count, segmenter.segments(of: entry.text).tokens,
                segmenter.segments(of: entry.answer ?? "").tokens,
                segmenter.segments(of: entry.names).tokens, wording.tokens,
            ])
            if bytes - told >= 1 << 19 {
                told = bytes
                try progress(bytes)
            }
        }
        return count
    }

    /// One of the facts about an index.
    static func fact(_ name: String, _ database: Database) throws -> String? {
        try String.fetchOne(
            database, sql: "SELECT value FROM fact WHERE name = ?", arguments: [name])
    }
}

extension String {
    fileprivate var withoutZeros: String {
        utf8.contains(0) ? replacing("\u{0}", with: " ") : self
    }
}
