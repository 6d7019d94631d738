import Foundation

/// A transcript being written: the header and the events so far, each with the hash of its line, and
/// the bytes of all lines.
struct TranscriptChain: Sendable {
    /// May change until `isBegun`.
    var header: TranscriptHeader
    private(set) var entries: [Transcript.Entry] = []
    /// Every line so far with its newline; none before the first event.
    private(set) var bytes = Data()
    /// The session and turn that it was forked from last, or nil.
    private(set) var parent: TranscriptHeader.Parent?
    private var headerHash: String?

    init(header: TranscriptHeader) {
        self.header = header
        parent = header.parent
    }

    init(_ transcript: Transcript) {
        header = transcript.header
        entries = transcript.entries
        headerHash = transcript.headerHash
        bytes = transcript.bytes
        parent = transcript.parent
        if transcript.lacksNewline { bytes.append(UInt8(ascii: "\n")) }
    }

    /// Adds an event; returns its line, with the header's before it when it is the first.
    mutating func append(_ event: TranscriptEvent, at: String?) -> Data {
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
        entries.append(
            .init(event: event, at: at, hash: TranscriptLine.hash(line), end: bytes.count))
        if case .fork(let origin) = event { parent = origin }
        return added
    }

    /// Whether the header is written, after which it stays as it is.
    var isBegun: Bool { headerHash != nil }

    /// The hash of the last line; empty before the first.
    var lastHash: String { entries.last?.hash ?? headerHash ?? "" }

    /// The hash of the line of event `index`; -1 is the header.
    package func hash(ofEvent index: Int) -> String {
        index < 0 ? headerHash ?? "" : entries[index].hash
    }

    /// A session of its own that begins as this one was after its first `count` events, with `settings`
    /// in force from there on. Its lines up to there are this one's to the byte, so what is known of
    /// them, hashes and snapshots, holds for both; the cost is that of copying them.
    /// - Parameter history: what all events of this one amount to.
    func fork(
        afterEvent count: Int, of history: SessionHistory, turn: Int, name: String?,
        created: String, settings: SessionSettings
    ) throws -> (chain: TranscriptChain, history: SessionHistory) {
        let origin = TranscriptHeader.Parent(
            name: name ?? "", hash: hash(ofEvent: count - 1), turn: turn)
        guard count > 0 else {
            var header = header
            (header.created, header.settings, header.parent) = (created, settings, origin)
            return (TranscriptChain(header: header), SessionHistory(settings: settings))
        }
        var chain = self
        var forked = history
        if count < entries.count {
            chain.entries = Array(entries.prefix(count))
            chain.bytes = Data(bytes.prefix(entries[count - 1].end))
            forked = SessionHistory(settings: header.settings)
            for entry in chain.entries { try forked.apply(entry.event) }
        }
        let changes = forked.settings.changes(to: settings).map { TranscriptEvent.set($0) }
        for event in [.fork(origin)] + changes {
            try forked.apply(event)
            _ = chain.append(event, at: created)
        }
        return (chain, forked)
    }
}

extension SessionHistory {
    /// Events that lead to turn `turn` of the conversation as it stands; nil: all of them.
    /// - Throws: `SessionError.noSuchTurn`.
    func eventCount(upToTurn turn: Int?) throws -> Int {
        guard let turn else { return eventCount }
        guard let node = node(ofTurn: turn) else {
            throw SessionError.noSuchTurn(turn, count: turnCount)
        }
        return nodes[node].event + 1
    }
}

extension SessionSettings {
    /// The changes that make these settings into others.
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
