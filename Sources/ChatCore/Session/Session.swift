import Foundation

/// One open conversation.
public final class Session {
    public let generator: ReplyGenerator
    /// The name it is or will be saved under; nil when it is not saved.
    public private(set) var name: String?
    public private(set) var settings = SessionSettings()
    /// The state after the last turn.
    public var state: RecurrentState { generator.freshState }

    init(generator: ReplyGenerator) { self.generator = generator }

    /// Where it is saved; nil for one that is not.
    public var url: URL? { nil }
    /// True once the transcript file exists and all that was said is in it.
    public var isOnDisk: Bool { false }
    /// The conversation as it stands, first turn first.
    public var turns: [Turn] { [] }
    /// `turns.count`, without building them.
    public var turnCount: Int { 0 }
    /// What was said last and never answered, because charchat was stopped; `regenerate` answers it.
    public var unanswered: String? { nil }
    /// What the user should be told once (a repair, a full disk), oldest first; taken by reading.
    public func takeNotices() -> [String] { [] }

    /// Says `text` and generates the reply. Both are in the transcript, synchronized, on return.
    /// - Parameter emit: given the reply piece by piece; false interrupts it (what was said is kept).
    ///   Called with "" while a long text is read.
    /// - Returns: nil when interrupted before the first character; the text is then `unanswered`.
    @discardableResult
    public func say(_ text: String, emit: (String) -> Bool = { _ in true }) throws -> Turn? { nil }
    /// Replaces the last reply by another one, or answers what is `unanswered`.
    @discardableResult
    public func regenerate(emit: (String) -> Bool = { _ in true }) throws -> Turn? { nil }
    /// Takes back the last `count` steps (turns, or a clear); returns how many there were to take back.
    @discardableResult
    public func undo(_ count: Int = 1) throws -> Int { 0 }
    /// Brings back what undo took; returns how many steps came back.
    @discardableResult
    public func redo(_ count: Int = 1) throws -> Int { 0 }
    /// Forgets the context: the next turn starts from the fresh state. The record stays.
    public func clear() {}
    public func set(_ change: SettingChange) throws {}
    /// Starts saving a session that was not saved, under `name` (nil: from date and time); returns the
    /// name.
    @discardableResult
    public func save(as name: String?, in store: SessionStore) throws -> String { "" }
    /// Gives it another name.
    public func rename(to name: String, in store: SessionStore) throws {}
    /// A session of its own that begins as this one was after turn `turn` (nil: now; 0: before the first).
    public func fork(atTurn turn: Int? = nil, as name: String? = nil, in store: SessionStore) throws
        -> Session
    { Session(generator: generator) }
    /// Writes the snapshot and lets go of the file; the session is not used afterwards.
    public func close() {}
}
