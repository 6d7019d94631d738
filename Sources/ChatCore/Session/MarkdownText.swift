/// Text as Markdown that shows it as it was said: nothing in it is a heading, a list, code, a link or HTML.
///
/// Escapes follow CommonMark (https://spec.commonmark.org), and there are no more than needed, so that
/// plain sentences stay as they are.
enum MarkdownText {
    /// Characters that are markup anywhere, and those that are only at the start of a line: headings,
    /// lists, rules, tables.
    private static let always: Set<Unicode.Scalar> = [
        "\\", "`", "*", "_", "[", "]", "<", ">", "~", "|", "&", "$",
    ]
    private static let atStart: Set<Unicode.Scalar> = ["#", "+", "-", "=", ":"]

    /// Each line of a text; all but the last end in a backslash, the hard line break.
    static func lines(_ text: String) -> [String] {
        let lines = LineEnds.split(text)
        return lines.enumerated().map { index, content in
            let isLast = index == lines.count - 1
            // An empty line would end the paragraph and whatever contains it.
            let shown = content.allSatisfy { $0 == " " || $0 == "\t" } ? "&nbsp;" : line(content)
            return isLast ? (content.isEmpty ? "" : shown) : shown + "\\"
        }
    }

    /// One line.
    static func line(_ text: String) -> String {
        // Four spaces at a line's start would make it code.
        let indent = text.prefix { $0 == " " || $0 == "\t" }
        let rest = text.dropFirst(indent.count)
        var result = indent.map { $0 == "\t" ? "&nbsp;&nbsp;&nbsp;&nbsp;" : "&nbsp;" }.joined()
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        for (place, scalar) in rest.unicodeScalars.enumerated() {
            let isMark =
                always.contains(scalar) || place == 0 && atStart.contains(scalar)
                // A numbered list.
                || place == digits.count && place > 0 && (scalar == "." || scalar == ")")
            if isMark { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}
