import Foundation

/// A transcript: JSON Lines in which each line names the hash of the one before it, together with what its
/// events amount to. It is the same value whether it is read from a file or being written.
public struct Transcript: Sendable {
    /// An event and what its line says beside it.
    struct Entry: Sendable {
        let event: TranscriptEvent
        /// The hash of its line.
        let hash: String
        /// The number of its line in the file, from 1.
        let line: Int
        /// Bytes from the beginning of the file to the end of its line, the newline included.
        let end: Int
    }

    /// Its first line.
    public let header: TranscriptHeader
    /// Where it was read from, for messages.
    public internal(set) var path: String
    private(set) var entries: [Entry] = []
    /// What the events amount to.
    private(set) var history: SessionHistory
    /// Every line so far with its newline, exactly as in the file; empty before the first event.
    private(set) var bytes = Data()
    /// nil until the header is written.
    private var headerHash: String?
    private(set) var lastLine = 1
    /// The session and turn that it was last forked from, or nil.
    public private(set) var parent: TranscriptHeader.Parent?

    /// What was repaired in reading, for the user.
    public internal(set) var notice: SessionNotice?
    /// Where the file was changed after it was written; only when it was read with `acceptingEdits`.
    public internal(set) var edit: TranscriptError?
    /// Bytes of the file that it was read from up to the end of its last whole line.
    var wholeLength = 0

    /// A transcript in which nothing has happened yet.
    init(header: TranscriptHeader, path: String = "") {
        self.header = header
        self.path = path
        history = SessionHistory(settings: header.settings)
        parent = header.parent
    }

    /// A transcript whose first line was read.
    init(header: TranscriptHeader, line: TranscriptLines.Line, file: Data, path: String) {
        self.init(header: header, path: path)
        bytes = Data(file.prefix(line.end))
        headerHash = TranscriptLine.hash(line.bytes)
        lastLine = line.number
    }

    /// Adds an event; returns its line, with the header's before it when it is the first.
    /// - Throws: `ImpossibleEvent` when it cannot follow; nothing has changed then.
    @discardableResult
    mutating func append(_ event: TranscriptEvent, at: String?) throws -> Data {
        try history.apply(event)
        var added = Data()
        if headerHash == nil {
            added = TranscriptLine(header).encoded()
            headerHash = TranscriptLine.hash(added)
            added.append(UInt8(ascii: "\n"))
        }
        let line = TranscriptLine(event, at: at, previous: lastHash).encoded()
        added.append(line)
        added.append(UInt8(ascii: "\n"))
        bytes.append(added)
        add(event, hash: TranscriptLine.hash(line), line: lastLine + 1, end: bytes.count)
        return added
    }

    /// Adds an event that was read; its bytes are for `take`.
    mutating func append(read event: TranscriptEvent, line: TranscriptLines.Line) throws {
        try history.apply(event)
        add(event, hash: TranscriptLine.hash(line.bytes), line: line.number, end: line.end)
    }

    private mutating func add(_ event: TranscriptEvent, hash: String, line: Int, end: Int) {
        entries.append(Entry(event: event, hash: hash, line: line, end: end))
        lastLine = line
        if case .fork(let origin) = event { parent = origin }
    }

    /// Takes over the bytes of all lines that were read, and adds a missing line end.
    mutating func take(_ lines: TranscriptLines, of file: Data) {
        guard isBegun else { return }
        bytes = Data(file.prefix(lines.wholeLength))
        if lines.lacksNewline { bytes.append(UInt8(ascii: "\n")) }
        lastLine = lines.count
        wholeLength = lines.wholeLength
    }

    /// Takes over the bytes of the lines that were read and nothing after them.
    mutating func takeReadLines(of file: Data) {
        if let end = entries.last?.end { bytes = Data(file.prefix(end)) }
    }

    // MARK: - What is in it

    /// The hash of the model it was spoken with.
    public var model: String { header.model }
    /// The settings in force at the end.
    public var settings: SessionSettings { history.settings }
    /// The conversation as it stands at the end, undone turns left out.
    public var turns: [Turn] { history.turns }
    /// `turns.count`.
    public var turnCount: Int { history.turnCount }
    /// What was said last and never answered.
    public var unanswered: String? { history.unanswered }
    /// Events after the header.
    public var eventCount: Int { entries.count }
    /// Whether its last line is the one that is written when a session is left, so that nothing can have
    /// been cut off after it unnoticed.
    public var isClosed: Bool { entries.last?.event == .close }
    /// Whether the header is written, after which it stays as it is.
    var isBegun: Bool { headerHash != nil }
    /// The hash of the last line; empty before the first.
    var lastHash: String { entries.last?.hash ?? headerHash ?? "" }
    /// What the line after this one must have as `previous`.
    /// - Parameter line: without its line end.
    package static func hash(ofLine line: Data) -> String { TranscriptLine.hash(line) }
    /// The hash of the line of event `index`; -1 is the header.
    func hash(ofEvent index: Int) -> String { index < 0 ? headerHash ?? "" : entries[index].hash }
}

// MARK: - Forks

extension Transcript {
    /// A new session that begins as this one was after its first `count` events, with `settings` in force
    /// from there on. Its lines up to there are the same to the byte, so their hashes and snapshots hold
    /// for both; the cost is that of copying them.
    func fork(
        afterEvent count: Int, turn: Int, name: String?, created: String, settings: SessionSettings
    ) throws -> Transcript {
        let origin = TranscriptHeader.Parent(
            name: name ?? "", hash: hash(ofEvent: count - 1), turn: turn)
        guard count > 0 else {
            var header = header
            (header.created, header.settings, header.parent) = (created, settings, origin)
            return Transcript(header: header)
        }
        var fork = self
        (fork.path, fork.notice, fork.edit, fork.wholeLength) = ("", nil, nil, 0)
        if count < entries.count {
            fork.entries = Array(entries.prefix(count))
            fork.bytes = Data(bytes.prefix(entries[count - 1].end))
            fork.lastLine = entries[count - 1].line
            fork.history = SessionHistory(settings: header.settings)
            for entry in fork.entries { try fork.history.apply(entry.event) }
        }
        let changes = fork.settings.changes(to: settings).map { TranscriptEvent.set($0) }
        for event in [.fork(origin)] + changes { try fork.append(event, at: created) }
        return fork
    }
}

extension SessionSettings {
    /// The changes that turn these settings into others.
    func changes(to other: SessionSettings) -> [SettingChange] {
        var changes: [SettingChange] = []
        if sampling.temperature != other.sampling.temperature {
            changes.append(.temperature(other.sampling.temperature))
        }
        if sampling.topP != other.sampling.topP { changes.append(.topP(other.sampling.topP)) }
        if seed != other.seed { changes.append(.seed(other.seed)) }
        if lengthLimit != other.lengthLimit { changes.append(.lengthLimit(other.lengthLimit)) }
        return changes
    }
}
