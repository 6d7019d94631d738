import ChatCore
import ChatCorpus

/// What a corpus was taken for, as text.
enum CorpusText {
    /// One line a file.
    static func tell(_ notes: [CorpusNote], on output: Output) throws {
        for note in notes { try output.tell(VisibleText.oneLine(note.line)) }
    }

    /// One exchange as a chat shows it.
    static func turn(user: String, reply: String) -> String {
        ">>> " + VisibleText.lines(user).replacing("\n", with: "\n... ") + "\n"
            + VisibleText.lines(reply)
    }
}
