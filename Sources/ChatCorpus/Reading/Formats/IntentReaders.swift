import ChatCore
import Yams

/// `intents.json`: tags with patterns that people say and responses to choose from. Every pattern is
/// asked, the responses taken in turn, and each response is given at least once.
struct IntentReader: DialogueReader {
    private struct Intent: Decodable {
        var patterns: [String]?
        var responses: [String]?
        var text: [String]?
    }

    private var pieces: JSONPieces
    private let path: String
    private(set) var leftOut = CorpusNote.LeftOutCounts()
    private var waiting: [Dialogue] = []

    init(_ file: CorpusFile) throws {
        path = file.path
        pieces = try JSONPieces(file) { $0.isEmpty || $0 == ["intents"] }
    }

    mutating func next() throws -> Dialogue? {
        while waiting.isEmpty {
            guard let piece = try pieces.next() else { return nil }
            guard piece.path == ["intents", "*"] else { continue }
            let intent: Intent
            do {
                intent = try CorpusJSON.decode(Intent.self, from: piece.bytes)
            } catch {
                throw CorpusError.line(
                    file: path, line: piece.line,
                    problem:
                        "is an intent that \(CorpusJSON.problem(error)); it has \"patterns\" and \"responses\", lists of text"
                )
            }
            let (said, replies) = (intent.patterns ?? intent.text ?? [], intent.responses ?? [])
            guard !said.isEmpty, !replies.isEmpty else {
                leftOut.add("intents without patterns or responses", line: piece.line)
                continue
            }
            waiting = (0..<max(said.count, replies.count)).map { index in
                Dialogue(lines: [said[index % said.count], replies[index % replies.count]])
                    .withoutBlanks(line: piece.line, leftOut: &leftOut)
            }.reversed()
        }
        return waiting.popLast()
    }
}

/// ChatterBot's corpora: `conversations`, each a list of lines said in turn; in YAML or JSON.
enum ChatterBotCorpus {
    /// The most bytes of YAML that are read: its tree takes about 90 bytes of memory for each of them, and
    /// all of reading is to stay within 400 MB.
    static let fileLimit = 3_000_000
    /// The most bytes of text that come out of it, however often it repeats itself.
    static let limit = 1 << 24

    /// The conversations of a YAML file.
    /// - Throws: `CorpusError` for YAML that is broken, too large or nests too deep.
    static func yaml(_ file: CorpusFile) throws -> ListedDialogues {
        func fail(_ problem: String) -> CorpusError { .form(file: file.path, problem: problem) }
        guard file.size <= fileLimit else {
            throw fail("is more than \(fileLimit / 1_000_000) MB of YAML; break it up")
        }
        let text = try StrictUTF8.text(
            try file.bytes(at: 0, count: file.size), of: file.path, at: 0)
        let node: Node?
        do {
            // Nodes, not values: an alias is then a reference, however often it is repeated.
            node = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw fail(problem(error))
        } catch {
            throw fail("is not YAML")
        }
        guard let conversations = node?.mapping?["conversations"]?.sequence else {
            throw fail(#"has no list "conversations"; other YAML is no corpus"#)
        }
        var dialogues = ListedDialogues()
        for conversation in conversations {
            guard let lines = conversation.sequence, lines.count > 1 else {
                dialogues.leftOut.add("conversations of less than two lines")
                continue
            }
            // What is no text, such as an alias bomb, is no line.
            let said = lines.prefix(10_000).compactMap { $0.scalar?.string }
            let dialogue = Dialogue(lines: said).withoutBlanks(leftOut: &dialogues.leftOut)
            dialogues.add(dialogue)
            guard dialogues.size <= limit else {
                throw fail("grows to more than \(limit >> 20) MB; it repeats itself by aliases")
            }
        }
        return dialogues
    }

    private static func problem(_ error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "is not YAML: line \(mark.line): \(problem)"
        default: "is not YAML"
        }
    }

    /// The conversations of a JSON file.
    static func json(_ file: CorpusFile) throws -> RecordedConversations {
        try RecordedConversations(file)
    }
}

/// Dialogues that are all in memory.
struct ListedDialogues: DialogueReader {
    private var waiting: [Dialogue] = []
    private var taken = 0
    /// Bytes of text.
    private(set) var size = 0
    var leftOut = CorpusNote.LeftOutCounts()

    mutating func add(_ dialogue: Dialogue) {
        waiting.append(dialogue)
        size += dialogue.messages.reduce(0) { $0 + $1.content.utf8.count }
    }

    mutating func next() -> Dialogue? {
        guard taken < waiting.count else { return nil }
        defer { taken += 1 }
        return waiting[taken]
    }
}

/// `{"conversations": [["line", "line", …], …]}`.
struct RecordedConversations: DialogueReader {
    private var pieces: JSONPieces
    private let path: String
    private(set) var leftOut = CorpusNote.LeftOutCounts()

    init(_ file: CorpusFile) throws {
        path = file.path
        pieces = try JSONPieces(file) { $0.isEmpty || $0 == ["conversations"] }
    }

    mutating func next() throws -> Dialogue? {
        while let piece = try pieces.next() {
            guard piece.path == ["conversations", "*"] else { continue }
            do {
                return Dialogue(lines: try CorpusJSON.decode([String].self, from: piece.bytes))
                    .withoutBlanks(line: piece.line, leftOut: &leftOut)
            } catch {
                throw CorpusError.line(
                    file: path, line: piece.line,
                    problem: "is a conversation that is no list of text")
            }
        }
        return nil
    }
}
