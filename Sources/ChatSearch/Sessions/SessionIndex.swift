import ChatCore
import Foundation
import GRDB

/// What lists and searches of saved sessions look in: one row a transcript, a cache in SQLite.
///
/// Before each use it is compared with the folder (name, size, time and inode of every file) and what
/// differs is read again, so it may be deleted, stale or corrupt at any time. Where no database can be
/// kept it is built in memory. Deleted text is overwritten (`secure_delete`).
struct SessionIndex {
    private let places: Places
    private let database: DatabaseQueue

    /// Raised when the columns or the folding of texts change; another one is built then.
    private static let version = 2
    /// Transcripts read at a time.
    private static let batch = 512

    init(_ places: Places) throws {
        self.places = places
        database = try Self.open(places)
    }

    private static func open(_ places: Places) throws -> DatabaseQueue {
        let path = places.sessionIndexFile.path
        guard PlainThread.canStart else {
            throw StorageError.system(operation: "start a thread for", path: path, code: EAGAIN)
        }
        if (try? SystemFileSystem().makeFolders(places.stateFolder)) != nil {
            for _ in 0..<2 {
                do {
                    return try prepare(path)
                } catch {
                    guard isUnusable(error) else { break }
                    remove(path)
                }
            }
        }
        return try prepare(nil)
    }

    /// Whether an error means no database, a damaged one, or one of another version, to be built anew;
    /// one that is busy or on a full disk is left alone.
    private static func isUnusable(_ error: any Error) -> Bool {
        guard let code = (error as? DatabaseError)?.resultCode else { return false }
        return [.SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_SCHEMA].contains(code)
    }

    private static func remove(_ path: String) {
        for suffix in ["", "-journal"] { unlink(path + suffix) }
    }

    /// Opens the database at `path`, or one in memory.
    private static func prepare(_ path: String?) throws -> DatabaseQueue {
        if let path {
            // SQLite would make the file readable for others.
            let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw StorageError.system(operation: "open", path: path, code: errno)
            }
            Foundation.close(descriptor)
        }
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            // Never mapped: another process may cut the file short, and reading on would end this one.
            try database.execute(sql: "PRAGMA mmap_size = 0; PRAGMA secure_delete = ON")
        }
        let queue =
            try path.map { try DatabaseQueue(path: $0, configuration: configuration) }
            ?? DatabaseQueue(configuration: configuration)
        try queue.write { database in
            let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            if found == version { return }
            guard found == 0 else { throw DatabaseError(message: "another version") }
            try database.execute(
                sql: """
                    CREATE TABLE session (
                        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
                        modified INTEGER NOT NULL, inode INTEGER NOT NULL, model TEXT NOT NULL,
                        turns INTEGER NOT NULL, opening TEXT NOT NULL, problem TEXT);
                    CREATE TABLE said (id INTEGER PRIMARY KEY, text TEXT NOT NULL, folded TEXT NOT NULL);
                    PRAGMA user_version = \(version);
                    """)
        }
        return queue
    }

    // MARK: - Keeping up

    /// Reads what changed since the last time.
    func synchronized() throws -> SessionIndex {
        let files = try SessionFolder.files(places)
        do {
            try database.write { try synchronize($0, files) }
            return self
        } catch {
            if Self.isUnusable(error) { Self.remove(places.sessionIndexFile.path) }
            return try Self.inMemory(places, files)
        }
    }

    /// One in memory serves this time; a damaged one that was removed is built anew by the next call.
    private static func inMemory(
        _ places: Places, _ files: [SessionFolder.File]
    ) throws -> SessionIndex {
        let fresh = SessionIndex(places: places, database: try prepare(nil))
        try fresh.database.write { try fresh.synchronize($0, files) }
        return fresh
    }

    private init(places: Places, database: DatabaseQueue) {
        self.places = places
        self.database = database
    }

    private func synchronize(_ database: Database, _ files: [SessionFolder.File]) throws {
        var known: [String: (id: Int64, file: SessionFolder.File)] = [:]
        let rows = try Row.fetchCursor(
            database, sql: "SELECT id, name, size, modified, inode FROM session")
        while let row = try rows.next() {
            let file = SessionFolder.File(
                name: try row.stored(1), size: try row.stored(2), modified: try row.stored(3),
                inode: UInt64(bitPattern: try row.stored(4)))
            known[file.name] = (try row.stored(0), file)
        }
        var changed: [SessionFolder.File] = []
        for file in files {
            let old = known.removeValue(forKey: file.name)
            if old?.file == file { continue }
            if let old { try Self.remove(database, old.id) }
            changed.append(file)
        }
        for gone in known.values { try Self.remove(database, gone.id) }
        // In batches, so that memory stays bounded however many there are.
        for start in stride(from: 0, to: changed.count, by: Self.batch) {
            let part = changed[start..<Swift.min(start + Self.batch, changed.count)]
            let rows = IndexedSession.read(
                part.map { SessionFolder.url($0.name, in: places.sessionsFolder) })
            for (file, row) in zip(part, rows) { try Self.insert(database, file, row) }
        }
    }

    private static func insert(
        _ database: Database, _ file: SessionFolder.File, _ row: IndexedSession
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO session (name, size, modified, inode, model, turns, opening, problem)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                file.name, file.size, file.modified, Int64(bitPattern: file.inode), row.model,
                row.turnCount, row.opening, row.problem,
            ])
        try database.execute(
            sql: "INSERT INTO said (id, text, folded) VALUES (?, ?, ?)",
            arguments: [database.lastInsertedRowID, row.text, row.folded])
    }

    private static func remove(_ database: Database, _ id: Int64) throws {
        try database.execute(sql: "DELETE FROM said WHERE id = ?", arguments: [id])
        try database.execute(sql: "DELETE FROM session WHERE id = ?", arguments: [id])
    }

    /// Removes all that is known of a session. Where that fails the index itself goes.
    static func forget(_ name: String, _ places: Places) {
        let path = places.sessionIndexFile.path
        guard access(path, F_OK) == 0 else { return }
        guard PlainThread.canStart else { return remove(path) }
        do {
            try prepare(path).write { database in
                let id = try Int64.fetchOne(
                    database, sql: "SELECT id FROM session WHERE name = ?", arguments: [name])
                if let id { try remove(database, id) }
            }
        } catch {
            remove(path)
        }
    }

    // MARK: - Looking

    /// Looks in the index as the folder is now. One that turns out to be damaged is removed.
    static func look<Found>(
        _ places: Places, _ body: (SessionIndex) throws -> Found
    ) throws -> Found {
        let index = try SessionIndex(places).synchronized()
        do {
            return try body(index)
        } catch  where isUnusable(error) {
            remove(places.sessionIndexFile.path)
            return try body(inMemory(places, try SessionFolder.files(places)))
        }
    }

    func list() throws -> [SessionSummary] {
        try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT name, modified, turns, model, opening, problem FROM session
                    ORDER BY modified DESC, name
                    """)
            var result: [SessionSummary] = []
            while let row = try rows.next() {
                result.append(
                    SessionSummary(
                        name: try row.stored(0), folder: places.sessionsFolder,
                        modified: Self.date(try row.stored(1)), turnCount: try row.stored(2),
                        model: try row.stored(3), opening: try row.stored(4),
                        problem: try row.storedIfAny(5)))
            }
            return result
        }
    }

    func search(_ text: String, limit: Int) throws -> [SessionHit] {
        let wanted = IndexedSession.folded(text)
        guard !wanted.isEmpty else { return [] }
        return try database.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT session.name, session.modified, said.text FROM said
                    JOIN session ON session.id = said.id WHERE instr(said.folded, ?) > 0
                    ORDER BY session.modified DESC, session.name LIMIT ?
                    """, arguments: [wanted, limit])
            var result: [SessionHit] = []
            while let row = try rows.next() {
                result.append(
                    SessionHit(
                        name: try row.stored(0),
                        excerpt: IndexedSession.excerpt(try row.stored(2), around: wanted),
                        modified: Self.date(try row.stored(1))))
            }
            return result
        }
    }

    private static func date(_ nanoseconds: Int64) -> Date {
        Date(timeIntervalSince1970: Double(nanoseconds) / 1e9)
    }
}
