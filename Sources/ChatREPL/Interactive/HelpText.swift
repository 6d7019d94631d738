/// The texts of `/help`.
package enum HelpText {
    /// Every command, by group.
    package static func overview(_ style: Style, columns: Int = 80) -> String {
        var lines: [String] = []
        // What a command does stands beside it, or below where that is too narrow.
        let isNarrow = columns < 60
        let width = 24
        for group in CommandEntry.Group.allCases {
            lines.append(style.bold(group.rawValue))
            for entry in CommandTable.entries where entry.group == group {
                let label = label(entry)
                if isNarrow {
                    let fitted = TextWrap.paragraphs("  \(label)", width: columns, indent: 4)
                    lines.append(style.name(fitted))
                    lines.append(TextWrap.paragraphs("    \(entry.summary)", width: columns))
                    continue
                }
                let start = 2 + max(label.count, width) + 2
                let space = String(repeating: " ", count: start - 2 - label.count)
                let summary = TextWrap.lines(entry.summary, width: columns - start)
                    .joined(separator: "\n" + String(repeating: " ", count: start))
                lines.append("  \(style.name(label))\(space)\(summary)")
            }
        }
        let ends = [
            "Begin and end a message of several lines with \"\"\"; //text sends a slash first.",
            "Ctrl-C stops a reply. Tab completes. Ctrl-R searches what you typed.",
        ]
        lines += ends.map { TextWrap.paragraphs("  \($0)", width: columns) }
        return lines.joined(separator: "\n")
    }

    /// One command in full.
    package static func details(
        _ entry: CommandEntry, _ style: Style, columns: Int = 80
    ) -> String {
        let usage = TextWrap.paragraphs(entry.usage, width: columns - 1, indent: 2)
        var lines = ["\(style.name(usage)):"]
        let first = "\(entry.usage): \(entry.summary)"
        if DisplayWidth.of(first) <= columns {
            lines[0] += " \(entry.summary)"
        } else {
            lines.append(TextWrap.paragraphs(entry.summary, width: columns))
        }
        if entry.names.count > 1 {
            lines.append("Also: \(entry.names.dropFirst().joined(separator: ", "))")
        }
        lines.append(TextWrap.paragraphs(entry.details, width: columns))
        return lines.joined(separator: "\n")
    }

    private static func label(_ entry: CommandEntry) -> String {
        let names = entry.names.joined(separator: ", ")
        return entry.arguments.isEmpty ? names : "\(names) \(entry.arguments)"
    }
}
