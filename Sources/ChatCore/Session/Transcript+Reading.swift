import Foundation

extension Transcript {
    /// Bytes that a transcript file may have.
    static let longestFile = 1 << 30

    /// Reads and checks a transcript file. It may be open in another process.
    /// - Parameter acceptingEdits: a line that does not follow the one before it is not an error; `edit` is
    ///   the first such place. For looking at what was changed, never for continuing it.
    /// - Throws: `StorageError`, `TranscriptError`.
    public init(_ url: URL, acceptingEdits: Bool = false) throws {
        try self.init(
            try readFile(url, limit: Self.longestFile), path: url.path,
            acceptingEdits: acceptingEdits)
    }

    /// Reads from bytes; `path` names them in messages. Every line must be one that a session would write
    /// there.
    /// - Throws: `TranscriptError`.
    public init(_ bytes: Data, path: String, acceptingEdits: Bool = false) throws {
        let lines = TranscriptLines(bytes)
        try self.init(lines, bytes, path: path)
        for line in lines.whole.dropFirst() {
            do {
                let (event, follows) = try readEvent(line)
                if !follows {
                    let broken = TranscriptError.brokenChain(path: path, line: line.number)
                    guard acceptingEdits else { throw broken }
                    edit = edit ?? broken
                }
                try append(read: event, line: line)
            } catch {
                throw TranscriptError(error, path: path, line: line.number)
            }
        }
        take(lines, of: bytes)
        if lines.tornLength > 0 {
            notice = .repaired(path: path, line: lines.count + 1, byteCount: lines.tornLength)
        }
    }

    /// Reads the first line alone.
    init(_ lines: TranscriptLines, _ bytes: Data, path: String) throws {
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
        do {
            let header = try TranscriptLines.decode(first.bytes).header()
            self.init(header: header, line: first, file: bytes, path: path)
        } catch {
            throw TranscriptError(error, path: path, line: first.number)
        }
    }

    /// The event of a line, and whether the line follows those read so far.
    /// - Throws: `TranscriptLine.Problem`, `ImpossibleEvent`.
    func readEvent(_ line: TranscriptLines.Line) throws -> (event: TranscriptEvent, follows: Bool) {
        let decoded = try TranscriptLines.decode(line.bytes)
        let follows = decoded.previous == lastHash
        let event = try decoded.transcriptEvent()
        if case .fork(let origin) = event, origin.hash != decoded.previous {
            throw ImpossibleEvent(what: "it forks after another line than the one before it")
        }
        return (event, follows)
    }
}
