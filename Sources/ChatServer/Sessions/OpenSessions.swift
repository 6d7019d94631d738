import ChatCore
import Foundation
import Logging

/// The saved sessions that are open: each with its file locked and its latest states in memory, within a
/// budget; the least recently used is closed first, and opens again where it was left. Who uses one holds its
/// name in the queue, so that no two threads meet in it.
final class OpenSessions: @unchecked Sendable {
    private struct Entry {
        let session: Session
        var used: ContinuousClock.Instant
        var bytes: Int
        var isBusy: Bool
    }

    /// States kept of each: of the latest turns, and of older ones.
    static let recentStates = 3
    static let olderStates = 8
    /// Turns from which on a session that is closed keeps its states on the disk.
    static let turnsWorthStates = 8

    let store: SessionStore
    let metadata: SessionMetadata
    private let limits: ServerLimits
    private let logger: Logger
    private let lock = NSLock()
    private var entries: [String: Entry] = [:]
    /// Conversations in which nothing has been said yet, oldest first.
    private var empty: [EmptyConversation] = []

    init(store: SessionStore, limits: ServerLimits, logger: Logger) {
        self.store = store
        metadata = SessionMetadata(store: store)
        self.limits = limits
        self.logger = logger
    }

    /// Sessions that are open, and the bytes they take.
    var load: (count: Int, bytes: Int) {
        lock.withLock { (entries.count, entries.values.reduce(0) { $0 + $1.bytes }) }
    }

    /// A name that no session has: the date and time, and a random number.
    func freshName() -> String {
        let time = Date().formatted(Date.ISO8601FormatStyle()).prefix(19)
            .replacing("T", with: "-").replacing(":", with: "")
        return "\(time)-\(UInt32.random(in: 10_000_000...99_999_999))"
    }

    /// Uses a session, which is opened where it is not.
    /// - Throws: `RequestError` where another program has it, or a thread here; `SessionError`,
    ///   `TranscriptError`, `StorageError`, and what `body` throws.
    func with<Value>(
        _ name: String, _ generator: ReplyGenerator, _ body: (Session) throws -> Value
    ) throws -> Value {
        if let session = try take(name) { return try use(session, generator, body) }
        return try with(new: try store.open(name, generator: generator), generator, body)
    }

    /// Uses a session that was made or opened just now.
    func with<Value>(
        new session: Session, _ generator: ReplyGenerator, _ body: (Session) throws -> Value
    ) throws -> Value {
        session.limitStates(recent: Self.recentStates, older: Self.olderStates)
        return try use(session, generator, body)
    }

    private func use<Value>(
        _ session: Session, _ generator: ReplyGenerator, _ body: (Session) throws -> Value
    ) throws -> Value {
        guard session.url != nil, let name = session.name else {
            throw RequestError.conflict("the session may be read and not written to")
        }
        lock.withLock {
            entries[name] = Entry(
                session: session, used: .now, bytes: session.memoryInUse, isBusy: true)
        }
        defer { giveBack(session, name) }
        try session.use(generator)
        return try body(session)
    }

    /// The open session of that name, busy from now on; nil where it is not open.
    private func take(_ name: String) throws -> Session? {
        try lock.withLock {
            guard let entry = entries[name] else { return nil }
            guard !entry.isBusy else {
                throw RequestError.conflict(
                    "a reply is being made in this session; wait for its end")
            }
            entries[name]?.isBusy = true
            return entry.session
        }
    }

    /// Lets go of a session, and closes what goes beyond the budget.
    private func giveBack(_ session: Session, _ oldName: String) {
        warn(session)
        let closing = lock.withLock { () -> [Session] in
            // Something else may have taken its name before it had a file.
            entries[oldName] = nil
            guard !session.isClosed, let name = session.name, session.lastLineHash != nil else {
                return [session]
            }
            entries[name] = Entry(
                session: session, used: .now, bytes: session.memoryInUse, isBusy: false)
            return takeExcess()
        }
        close(closing)
    }

    private func takeExcess() -> [Session] {
        var bytes = entries.values.reduce(0) { $0 + $1.bytes }
        var taken: [Session] = []
        let idle = entries.filter { !$0.value.isBusy }.sorted { $0.value.used < $1.value.used }
        for (name, entry) in idle
        where entries.count > limits.openSessions || bytes > limits.sessionBytes {
            entries[name] = nil
            bytes -= entry.bytes
            taken.append(entry.session)
        }
        return taken
    }

    /// Closes what nobody has used for a while, so that other programs may open it.
    /// - Parameter all: whatever is not busy.
    func closeIdle(all: Bool = false) {
        let limit = ContinuousClock.now - .seconds(limits.idleSeconds)
        let closing = lock.withLock { () -> [Session] in
            let idle = entries.filter { !$0.value.isBusy && (all || $0.value.used < limit) }
            for name in idle.keys { entries[name] = nil }
            return idle.values.map(\.session)
        }
        close(closing)
    }

    /// A short session leaves no states on the disk: reading its turns anew takes milliseconds, and there may
    /// be thousands.
    private func close(_ sessions: [Session]) {
        for session in sessions {
            session.close(keepingStates: session.turnCount >= Self.turnsWorthStates)
            warn(session)
        }
    }

    /// Tells the log what happened to a session's file: neither its name nor what was said.
    private func warn(_ session: Session) {
        for notice in session.takeNotices() {
            switch notice {
            case .fileMoved, .fileChanged, .nameTaken:
                logger.warning("a session's file was changed by something else; it is saved anew")
            case .repaired: logger.warning("a session's file was repaired when it was opened")
            case .notSaved: logger.warning("what was said in a session is not on the disk")
            case .savedAgain: logger.warning("what was said in a session is on the disk again")
            case .cannotLock: logger.warning("a session's file cannot be locked")
            case .emptyFile, .readOnly, .unanswered: break
            }
        }
    }

    /// Removes a saved session for good.
    /// - Throws: `RequestError`, `SessionError`, `StorageError`.
    func delete(_ name: String) throws {
        let open = try take(name)
        lock.withLock { entries[name] = nil }
        open?.close()
        try store.delete(name)
        // Where something else had changed its file, it was saved under another name when it was closed.
        if let healed = open?.name, healed != name { try store.delete(healed) }
    }

    // MARK: - Conversations in which nothing has been said

    /// Makes one; it has no file before something is said, and is forgotten when the server ends.
    func makeEmpty(metadata: [String: String] = [:]) -> EmptyConversation {
        let made = EmptyConversation(name: freshName(), created: Date(), metadata: metadata)
        lock.withLock {
            empty.append(made)
            if empty.count > 10_000 { empty.removeFirst(1_000) }
        }
        return made
    }

    /// The empty conversation of that name; nil where there is none.
    func emptyConversation(_ name: String) -> EmptyConversation? {
        lock.withLock { empty.last { $0.name == name } }
    }

    /// Attaches to an empty conversation what a client brings.
    /// - Returns: false where there is none of that name.
    func attach(_ metadata: [String: String], toEmpty name: String) -> Bool {
        lock.withLock {
            guard let index = empty.lastIndex(where: { $0.name == name }) else { return false }
            empty[index].metadata = metadata
            return true
        }
    }

    func forgetEmpty(_ name: String) { lock.withLock { empty.removeAll { $0.name == name } } }
}

/// A conversation in which nothing has been said yet.
struct EmptyConversation: Sendable {
    let name: String
    let created: Date
    var metadata: [String: String]
}
