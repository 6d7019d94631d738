/// Breaks a reply between words while it is being shown: each character is there at once, and a word that
/// reaches the edge of the terminal is taken back and put on the next line.
package struct WordWrap {
    /// Columns used of the line that is being written.
    private var column = 0
    /// The word that is being written, and where it began.
    private var word = ""
    private var wordStart = 0

    package init() {}

    /// What to write for the next piece of the reply.
    /// - Parameter width: columns of the terminal.
    package mutating func add(_ piece: String, width: Int) -> String {
        var output = ""
        for character in piece { add(character, width: max(2, width), to: &output) }
        return output
    }

    /// What to write for a note behind the reply, on the next line where it does not fit.
    package func ending(_ note: String, width: Int) -> String {
        column + 1 + DisplayWidth.of(note) > width ? "\n" : " "
    }

    private mutating func add(_ character: Character, width: Int, to output: inout String) {
        if character.isNewline {
            output.append(character)
            (column, word, wordStart) = (0, "", 0)
            return
        }
        let size = DisplayWidth.of(String(character))
        let isSpace = character == " "
        if column + size > width {
            // A space at the edge is what the line's end stands for.
            if isSpace { return endWord() }
            if wordStart > 0, !word.isEmpty {
                output += "\r\u{1B}[\(wordStart)C\u{1B}[K\n" + word
                column -= wordStart
            } else {
                // At a word's beginning, or in one that is wider than the terminal.
                output += "\n"
                (column, word) = (0, "")
            }
            wordStart = 0
        }
        output.append(character)
        column += size
        if isSpace { endWord() } else { word.append(character) }
    }

    private mutating func endWord() { (word, wordStart) = ("", column) }
}
