import Foundation

/// A transcript being written: the header and the events so far, each with the hash of its line.
struct TranscriptChain: Sendable {
    /// May change until the first event.
    var header: TranscriptHeader
    private(set) var entries: [Transcript.Entry] = []
    private var headerHash: String?

    init(header: TranscriptHeader) { self.header = header }

    init(_ transcript: Transcript) {
        header = transcript.header
        entries = transcript.entries
        headerHash = transcript.headerHash
    }

    /// Adds an event; returns its line, with the header's before it when it is the first.
    mutating func append(_ event: TranscriptEvent, at: String?) -> Data {
        var lines = Data()
        if headerHash == nil {
            lines = TranscriptLine(header).encoded()
            headerHash = TranscriptLine.hash(lines)
            lines.append(UInt8(ascii: "\n"))
        }
        let line = TranscriptLine(event, at: at, previous: lastHash).encoded()
        entries.append(.init(event: event, at: at, hash: TranscriptLine.hash(line)))
        lines.append(line)
        lines.append(UInt8(ascii: "\n"))
        return lines
    }

    /// The hash of the last line; empty before the first.
    var lastHash: String { entries.last?.hash ?? headerHash ?? "" }

    /// The hash of the line of event `index`; -1 is the header.
    func hash(ofEvent index: Int) -> String { index < 0 ? headerHash ?? "" : entries[index].hash }

    /// Every line so far; none before the first event.
    var lines: Data {
        var copy = TranscriptChain(header: header)
        return entries.reduce(into: Data()) { $0.append(copy.append($1.event, at: $1.at)) }
    }

    /// A session of its own that begins as this one was after its first `count` events, with `settings`
    /// in force from there on.
    func fork(
        afterEvent count: Int, turn: Int, name: String?, created: String, settings: SessionSettings
    ) throws -> (chain: TranscriptChain, history: SessionHistory) {
        var forkHeader = header
        forkHeader.created = created
        forkHeader.parent = .init(name: name ?? "", hash: hash(ofEvent: count - 1), turn: turn)
        if count == 0 { forkHeader.settings = settings }
        var chain = TranscriptChain(header: forkHeader)
        var history = SessionHistory(settings: forkHeader.settings)
        for entry in entries.prefix(count) {
            try history.apply(entry.event)
            _ = chain.append(entry.event, at: entry.at)
        }
        for change in history.settings.changes(to: settings) {
            try history.apply(.set(change))
            _ = chain.append(.set(change), at: created)
        }
        return (chain, history)
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
