import Foundation

/// A transcript as read from its file: JSON Lines, each line naming the hash of the one before it.
public struct Transcript: Sendable {
    /// An event and what its line says beside it.
    struct Entry: Sendable {
        let event: TranscriptEvent
        /// When it happened, as written; nothing depends on it.
        let at: String?
        /// The hash of its line.
        package let hash: String
        /// Bytes from the beginning of the file to the end of its line, the newline included.
        let end: Int
    }

    public let header: TranscriptHeader
    let entries: [Entry]
    let headerHash: String
    let history: SessionHistory
    /// What was repaired in reading, for the user.
    public let notice: String?
    /// Where it was read from, for messages.
    public let path: String
    /// Bytes of the file up to the end of its last whole line.
    let wholeLength: Int
    /// The last whole line lacks its newline.
    let lacksNewline: Bool
    /// The whole lines as they stand in the file.
    let bytes: Data
    /// Where the file was changed after it was written; only of one read with `acceptingEdits`.
    public let edit: TranscriptError?

    /// Reads and checks a transcript file. It may be open in another process.
    /// - Parameter acceptingEdits: a line that does not follow the one before it is no error; the first
    ///   such place is `edit`. For looking at what was changed, never for going on with it.
    /// - Throws: `StorageError`, `TranscriptError`.
    public init(_ url: URL, acceptingEdits: Bool = false) throws {
        try self.init(
            try readFile(url, mapped: false), path: url.path, acceptingEdits: acceptingEdits)
    }

    /// Reads from bytes; `path` names them in messages.
    /// - Throws: `TranscriptError`.
    public init(_ bytes: Data, path: String, acceptingEdits: Bool = false) throws {
        self.path = path
        let lines = TranscriptLines(bytes)
        guard let first = lines.whole.first else {
            // A file that holds nothing, or only the beginning of what may have been a first line.
            let beginning = Data(TranscriptLine.beginning.utf8)
            let torn =
                bytes.allSatisfy { $0 == 0 } || beginning.starts(with: bytes)
                || bytes.starts(with: beginning)
            guard torn else {
                throw TranscriptError.notTranscript(path: path, line: 1, what: "it is not JSON")
            }
            throw TranscriptError.empty(path: path)
        }
        func failure(_ problem: any Error, _ line: Int) -> TranscriptError {
            .init(problem, path: path, line: line)
        }
        do {
            header = try TranscriptLines.decode(first).header()
        } catch {
            throw failure(error, 1)
        }
        headerHash = TranscriptLine.hash(first)
        var history = SessionHistory(settings: header.settings)
        var entries: [Entry] = []
        entries.reserveCapacity(lines.whole.count)
        var previous = headerHash
        var edit: TranscriptError?
        for (index, lineBytes) in lines.whole.enumerated().dropFirst() {
            do {
                let line = try TranscriptLines.decode(lineBytes)
                if line.previous != previous {
                    let broken = TranscriptError.brokenChain(path: path, line: index + 1)
                    guard acceptingEdits else { throw broken }
                    edit = edit ?? broken
                }
                let event = try line.transcriptEvent()
                try history.apply(event)
                previous = TranscriptLine.hash(lineBytes)
                let end = lineBytes.endIndex - bytes.startIndex + 1
                entries.append(Entry(event: event, at: line.at, hash: previous, end: end))
            } catch {
                throw failure(error, index + 1)
            }
        }
        self.history = history
        self.entries = entries
        self.edit = edit
        self.bytes = bytes.prefix(lines.wholeLength)
        wholeLength = lines.wholeLength
        lacksNewline = lines.lacksNewline
        notice =
            lines.tornLength == 0
            ? nil
            : "\(path) ended in the middle of line \(lines.whole.count + 1); the \(lines.tornLength) bytes of that line were left out"
    }

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
    /// The session and turn that it was forked from last, or nil.
    public var parent: TranscriptHeader.Parent? {
        for entry in entries.reversed() {
            if case .fork(let parent) = entry.event { return parent }
        }
        return header.parent
    }
    /// Events after the header.
    public var eventCount: Int { entries.count }
}

/// The lines of a transcript file, and what of it is torn.
struct TranscriptLines {
    private(set) var whole: [Data] = []
    private(set) var wholeLength = 0
    /// Bytes after the last whole line.
    let tornLength: Int
    private(set) var lacksNewline = false

    /// Splits at newlines. A last line without one counts as whole when it is a whole JSON object, and
    /// as torn otherwise; so do the zero bytes that a power failure can leave at the end of a file.
    init(_ bytes: Data) {
        var end = bytes.endIndex
        while end > bytes.startIndex, bytes[end - 1] == 0 { end -= 1 }
        var start = bytes.startIndex
        while let newline = bytes[start..<end].firstIndex(of: UInt8(ascii: "\n")) {
            whole.append(bytes[start..<newline])
            start = newline + 1
        }
        if start < end, (try? Self.decode(bytes[start..<end])) != nil {
            whole.append(bytes[start..<end])
            start = end
            lacksNewline = true
        }
        wholeLength = start - bytes.startIndex
        tornLength = bytes.endIndex - start
    }

    static func decode(_ line: Data) throws -> TranscriptLine {
        do {
            return try JSONDecoder().decode(TranscriptLine.self, from: line)
        } catch let error as DecodingError {
            throw TranscriptLine.Problem.malformed(Self.words(error))
        }
    }

    /// Says which field is wrong and quotes nothing.
    private static func words(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .keyNotFound(_, let context):
            if let key = context.codingPath.first {
                return "its field \(key.stringValue) is not of the right kind"
            }
            return "it is not a JSON object"
        case .dataCorrupted(let context):
            if let key = context.codingPath.first {
                return "its field \(key.stringValue) has a value that is not known"
            }
            return "it is not JSON"
        @unknown default: return "it is not JSON"
        }
    }
}
