import ChatCore

/// The dialogues of a `.jsonl` file: records, one a line, or one of charchat's own transcripts.
struct RecordLines: DialogueReader {
    private var lines: CorpusLines
    private let keepsSystem: Bool
    private(set) var leftOut = CorpusNote.LeftOutCounts()
    private(set) var shape: String?
    private var hasBegun = false
    /// What a transcript gave, the next one last; nil for other files.
    private var conversations: [Dialogue]?

    init(_ file: CorpusFile, keepsSystem: Bool) {
        lines = CorpusLines(file, isJSON: true)
        self.keepsSystem = keepsSystem
    }

    mutating func next() throws -> Dialogue? {
        if conversations != nil { return conversations?.popLast() }
        while let line = try lines.next() {
            if line.text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
            let path = lines.file.path
            func fail(_ problem: String) -> CorpusError {
                .line(file: path, line: line.number, problem: problem)
            }
            let first = line.text.utf8.first { $0 != 0x20 && $0 != 0x09 }
            guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
                throw fail("is not a JSON object")
            }
            let record: DialogueRecord
            do {
                switch try RecordEntry(Array(line.text.utf8)) {
                case .record(let one): record = one
                case .lines(let said):
                    if !hasBegun { shape = "JSON lists of lines" }
                    hasBegun = true
                    return Dialogue(lines: said)
                        .withoutBlanks(line: line.number, leftOut: &leftOut)
                }
            } catch {
                let isCut = !line.isClosed && line.number > 1
                let problem = CorpusJSON.problem(error)
                throw fail(isCut ? "\(problem); is the file cut short?" : problem)
            }
            if !hasBegun, record.charchat != nil {
                shape = "transcript of charchat's own"
                conversations = try TranscriptCorpus.read(&lines, of: path).reversed()
                return conversations?.popLast()
            }
            if !hasBegun { shape = record.shape.map { "JSON lines, \($0)" } }
            hasBegun = true
            return try record.dialogue(
                keepsSystem: keepsSystem, line: line.number, leftOut: &leftOut, fail: fail)
        }
        return nil
    }
}

/// The dialogues of a `.json` file: records in an array, at the top or under a key, or a single one.
struct RecordArray: DialogueReader {
    private var pieces: JSONPieces
    private let path: String
    private let keepsSystem: Bool
    private(set) var leftOut = CorpusNote.LeftOutCounts()
    private(set) var shape: String?
    private var count = 0

    /// Keys under which files keep their records.
    static let keys: Set<String> = [
        "data", "examples", "items", "rows", "records", "train", "pairs",
    ]

    init(_ file: CorpusFile, keepsSystem: Bool, isSingle: Bool) throws {
        path = file.path
        self.keepsSystem = keepsSystem
        pieces = try JSONPieces(file) { path in
            !isSingle && (path.isEmpty || path.count == 1 && Self.keys.contains(path[0]))
        }
    }

    mutating func next() throws -> Dialogue? {
        while let piece = try pieces.next() {
            guard piece.path.isEmpty || piece.path.last == "*" else { continue }
            count += 1
            func fail(_ problem: String) -> CorpusError {
                .line(file: path, line: piece.line, problem: "entry \(count) \(problem)")
            }
            let record: DialogueRecord
            do {
                switch try RecordEntry(piece.bytes) {
                case .record(let one): record = one
                case .lines(let said):
                    shape = shape ?? "JSON lists of lines"
                    return Dialogue(lines: said).withoutBlanks(line: piece.line, leftOut: &leftOut)
                }
            } catch {
                throw fail(CorpusJSON.problem(error))
            }
            if shape == nil { shape = record.shape.map { "JSON, \($0)" } }
            return try record.dialogue(
                keepsSystem: keepsSystem, line: piece.line, leftOut: &leftOut, fail: fail)
        }
        return nil
    }
}

/// One entry of a file: an object, a list of messages, or a list of lines said in turn.
private enum RecordEntry {
    case record(DialogueRecord)
    case lines([String])

    /// - Throws: `DecodingError`.
    init(_ bytes: [UInt8]) throws {
        guard bytes.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "[") else {
            self = .record(try CorpusJSON.decode(DialogueRecord.self, from: bytes))
            return
        }
        if let lines = try? CorpusJSON.decode([String].self, from: bytes) {
            self = .lines(lines)
        } else {
            let messages = try CorpusJSON.decode([DialogueRecord.RawMessage].self, from: bytes)
            self = .record(DialogueRecord(messages: messages))
        }
    }
}

extension Dialogue {
    /// What is left out where one of the two says nothing.
    static let blanks = "pairs without a question or an answer"

    /// The exchanges in which both say something, the others counted: nobody is to learn to be silent.
    func withoutBlanks(line: Int? = nil, leftOut: inout CorpusNote.LeftOutCounts) -> Dialogue {
        let all = exchanges
        let whole = all.filter { !$0.user.trimmed.isEmpty && !$0.reply.trimmed.isEmpty }
        guard whole.count < all.count else { return self }
        leftOut.add(Self.blanks, line: line, count: all.count - whole.count)
        return Dialogue(exchanges: whole)
    }

    /// Lines said in turn, a user's first.
    init(lines: [String]) {
        self.init(
            messages: lines.enumerated().map { index, line in
                Message(
                    role: index % 2 == 0 ? .user : .assistant,
                    content: LineEnds.asLineFeeds(line))
            })
    }
}
