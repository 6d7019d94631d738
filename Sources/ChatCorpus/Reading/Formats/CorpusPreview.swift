import ChatCore
import Foundation

/// The beginning of a corpus as training sees it, and what each file was taken for.
public struct CorpusPreview: Sendable {
    /// Whether the files hold text or dialogues.
    public let format: CorpusFormat
    /// What each file was taken for.
    public let notes: [CorpusNote]
    /// The first dialogues; none for plain text.
    public let dialogues: [Dialogue]
    /// The first lines of plain text.
    public let lines: [String]

    /// Reads all of the files, as training does, and keeps the first `count` dialogues or lines.
    /// - Throws: `CorpusError`.
    public init(files: [URL], options: CorpusOptions, count: Int) throws {
        let reader = try CorpusReader(files, options: options)
        format = reader.format
        var dialogues: [Dialogue] = []
        var text = ""
        switch format {
        case .dialogue:
            notes = try reader.forEachDialogue { dialogue in
                if dialogues.count < count, !dialogue.exchanges.isEmpty {
                    dialogues.append(dialogue)
                }
            }
        case .text:
            notes = try reader.forEachBlock { block in
                if text.utf8.count < 1 << 16 { text += block.prefix(1 << 16) }
            }
        }
        if notes.allSatisfy({ $0.turns == 0 }), let note = notes.first {
            // What was left out says why.
            throw CorpusError.form(
                file: note.file,
                problem: "\(note.line.dropFirst(note.file.count + 2)); there is nothing to learn")
        }
        self.dialogues = dialogues
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(count)
            .map(String.init)
    }
}
