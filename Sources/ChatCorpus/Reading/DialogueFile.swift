import ChatCore
import Foundation

/// The dialogues of a file, read one at a time.
///
/// | file | a dialogue |
/// | --- | --- |
/// | `.jsonl`, `{"messages":[{"role","content"},…]}` | each line |
/// | `.jsonl` whose first line has `"charchat"`: a transcript | the conversation as it stood at the end; `clear` begins another |
/// | `.tsv` | each line: question, tab, answer |
///
/// Empty lines count for nothing. In what is said, every line end counts as `\n`.
public struct DialogueFile: DialogueSource {
    private let file: CorpusFile
    private var lines: CorpusLines
    private let isTable: Bool
    private var hasBegun = false
    /// What a transcript gave, the next one last; nil for other files.
    private var conversations: [Dialogue]?

    /// Opens a file of dialogues.
    /// - Throws: `CorpusError`.
    public init(_ url: URL) throws {
        guard try CorpusFormat(of: url) == .dialogue else {
            throw CorpusError.unsupported(
                file: url.relativePath, hint: "dialogues are in .jsonl and .tsv files")
        }
        self.init(try CorpusFile(url), isTable: url.pathExtension.lowercased() == "tsv")
    }

    init(_ file: CorpusFile, isTable: Bool) {
        self.file = file
        self.isTable = isTable
        lines = CorpusLines(file, isJSON: !isTable)
    }

    /// The next dialogue; nil at the end.
    /// - Throws: `CorpusError` with file and line.
    public mutating func next() throws -> Dialogue? {
        if conversations != nil { return conversations?.popLast() }
        while let line = try lines.next() {
            if line.text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
            if isTable { return try pair(line) }
            let json = try CorpusLine(line, of: file.path)
            if !hasBegun, json.charchat != nil {
                conversations = try TranscriptCorpus.read(&lines, of: file.path).reversed()
                return conversations?.popLast()
            }
            hasBegun = true
            return Dialogue(messages: try json.dialogue(line: line.number, of: file.path))
        }
        return nil
    }

    private func pair(_ line: CorpusLines.Line) throws -> Dialogue {
        let parts = line.text.split(separator: "\t", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw CorpusError.line(
                file: file.path, line: line.number,
                problem: "has \(parts.count - 1) tabs; a line is a question, one tab and an answer")
        }
        return Dialogue(exchanges: [(String(parts[0]), String(parts[1]))])
    }
}

extension CorpusFormat {
    /// The format that a file's name says: `.jsonl` and `.tsv` hold dialogues, any other text.
    /// - Throws: `CorpusError.unsupported` for names that promise another form (`.json`, `.csv`, …).
    public init(of url: URL) throws {
        switch url.pathExtension.lowercased() {
        case "jsonl", "tsv": self = .dialogue
        case "json":
            throw CorpusError.unsupported(
                file: url.relativePath, hint: "write one JSON object a line and name it .jsonl")
        case "csv":
            throw CorpusError.unsupported(
                file: url.relativePath, hint: "write question, tab, answer and name it .tsv")
        case "gz", "zip", "xz", "bz2", "zst", "pdf", "docx", "safetensors", "parquet":
            throw CorpusError.unsupported(
                file: url.relativePath, hint: "extract its text to a .txt file first")
        default: self = .text
        }
    }
}
