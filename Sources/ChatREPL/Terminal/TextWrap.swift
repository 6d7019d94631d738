import ChatCore

/// Lines that fit a number of terminal columns.
package enum TextWrap {
    /// Breaks at spaces, and within a word that is wider than a line. Hangul takes two columns.
    package static func lines(_ text: String, width: Int) -> [String] {
        let width = max(2, width)
        var lines: [String] = []
        var line = ""
        var used = 0
        var colour = DisplayWidth.ColourSequence()
        func end() {
            while line.last == " " { line.removeLast() }
            lines.append(line)
            (line, used) = ("", 0)
        }
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let size = DisplayWidth.of(String(word))
            if used > 0, used + 1 + size > width { end() }
            if used > 0 {
                line += " "
                used += 1
            }
            for character in word {
                let size = colour.takes(character) ? 0 : DisplayWidth.of(String(character))
                if used + size > width { end() }
                line.append(character)
                used += size
            }
        }
        if used > 0 || lines.isEmpty { end() }
        return lines
    }

    /// Every line of `text` broken to fit; what goes on is put `indent` columns in.
    package static func paragraphs(_ text: String, width: Int, indent: Int = 0) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard DisplayWidth.of(String(line)) > width else { return String(line) }
            let start = line.prefix { $0 == " " }
            let room = max(10, width - max(indent, start.count))
            let rest = lines(String(line.dropFirst(start.count)), width: room)
            let space = String(repeating: " ", count: max(indent, start.count))
            return start + rest.joined(separator: "\n" + space)
        }.joined(separator: "\n")
    }

    /// The text on one line of at most `width` columns; a cut ends in "…".
    package static func cut(_ text: String, _ width: Int) -> String {
        let line = VisibleText.line(text, limit: width)
        guard DisplayWidth.of(line) > width else { return line }
        var kept = ""
        for character in line {
            guard DisplayWidth.of(kept + String(character)) < width else { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// The text with spaces up to `width` columns.
    package static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
    }

    /// The text with spaces before it up to `width` columns.
    package static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - DisplayWidth.of(text))) + text
    }
}
