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
            let record: DialogueRecord
            switch line.text.utf8.first(where: { $0 != 0x20 && $0 != 0x09 }) {
            case UInt8(ascii: "{"):
                do {
                    record = try CorpusJSON.decode(DialogueRecord.self, from: line.text.utf8)
                } catch {
                    let isCut = !line.isClosed && line.number > 1
                    let problem = CorpusJSON.problem(error)
                    throw fail(isCut ? "\(problem); is the file cut short?" : problem)
                }
            default: throw fail("is not a JSON object")
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
            // A question and an answer, or a conversation line by line.
            if piece.bytes.first == UInt8(ascii: "["),
                let said = try? CorpusJSON.decode([String].self, from: piece.bytes)
            {
                shape = shape ?? "JSON lists of lines"
                return Dialogue(lines: said)
            }
            let record: DialogueRecord
            do {
                record = try CorpusJSON.decode(DialogueRecord.self, from: piece.bytes)
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

extension Dialogue {
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
