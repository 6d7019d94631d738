import ChatCore
import ChatCorpus

/// What a corpus was taken for, as text.
package enum CorpusText {
    /// One line a file.
    static func tell(_ notes: [CorpusNote], on output: Output) throws {
        for note in notes { try output.tell(VisibleText.oneLine(line(note))) }
    }

    /// What whoever takes private things out should know before others get the model.
    static func warn(_ options: CorpusOptions, on output: Output) throws {
        guard options.redaction != nil else { return }
        try output.tell(
            phrase(
                "--redact is a sieve, not a promise: a small model can repeat whatever is left in.")
        )
    }

    /// The same as `CorpusNote.line`, in the language that is spoken.
    package static func line(_ note: CorpusNote) -> String {
        var parts = ["\(note.file): \(Words.spoken.retold(note.form))"]
        if note.files > 1 { parts.append(phrase("%@ files", note.files)) }
        let count = ModelText.grouped(note.turns)
        switch note.format {
        case .dialogue:
            let turns = note.turns == 1 ? phrase("1 turn") : phrase("%@ turns", count)
            let dialogues =
                note.dialogues == 1
                ? phrase("1 dialogue") : phrase("%@ dialogues", ModelText.grouped(note.dialogues))
            parts.append(
                note.dialogues == note.turns ? turns : phrase("%@ in %@", turns, dialogues))
        case .text: parts.append(note.turns == 1 ? phrase("1 line") : phrase("%@ lines", count))
        }
        let text = parts.joined(separator: ", ")
        guard !note.leftOut.isEmpty else { return text }
        return phrase(
            "%@; left out: %@", text, note.leftOut.map(leftOut).joined(separator: ", "))
    }

    private static func leftOut(_ part: CorpusNote.LeftOut) -> String {
        let (what, count) = (Words.spoken.retold(part.what), ModelText.grouped(part.count))
        guard let line = part.line else { return "\(what) (\(count))" }
        return part.count > 1
            ? phrase("%@ (%@, first in line %@)", what, count, line)
            : phrase("%@ (%@, line %@)", what, count, line)
    }

    /// One exchange as a chat shows it.
    static func turn(user: String, reply: String) -> String {
        ">>> " + VisibleText.lines(user).replacing("\n", with: "\n... ") + "\n"
            + VisibleText.lines(reply)
    }
}
