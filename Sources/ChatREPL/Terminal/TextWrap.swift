import ChatCore

/// Lines that fit a number of terminal columns.
package enum TextWrap {
    /// Breaks at spaces, and within a word that is wider than a line. Hangul takes two columns.
    /// - Parameter first: the columns of the first line; nil where they are those of the others.
    package static func lines(_ text: String, width: Int, first: Int? = nil) -> [String] {
        var room = max(2, first ?? width)
        var lines: [String] = []
        var line = ""
        var used = 0
        var colour = DisplayWidth.ColourSequence()
        func end() {
            while line.last == " " { line.removeLast() }
            lines.append(line)
            (line, used) = ("", 0)
            room = max(2, width)
        }
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let size = DisplayWidth.of(String(word))
            if used > 0, used + 1 + size > room { end() }
            if used > 0 {
                line += " "
                used += 1
            }
            for character in word {
                let size = colour.takes(character) ? 0 : DisplayWidth.of(String(character))
                if used + size > room { end() }
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

    /// Every line of `text` broken to fit: its beginning has the whole width, what goes on is put
    /// `hanging` columns in, below what stands behind a number or a mark. A no-break space holds.
    package static func paragraphs(_ text: String, width: Int, hanging: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard DisplayWidth.of(String(line)) > width else { return String(line) }
            let start = line.prefix { $0 == " " }
            let inset = max(hanging, start.count)
            let rest = lines(
                String(line.dropFirst(start.count)), width: max(10, width - inset),
                first: max(10, width - start.count))
            return start + rest.joined(separator: "\n" + String(repeating: " ", count: inset))
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
