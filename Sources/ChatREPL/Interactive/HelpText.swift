/// The texts of `/help`.
package enum HelpText {
    /// Every command, by group.
    /// - Parameter isOffered: the commands that there are.
    package static func overview(
        _ style: Style, columns: Int = 80, where isOffered: (CommandEntry) -> Bool = { _ in true }
    ) -> String {
        var lines: [String] = []
        // What a command does stands beside it, all in one column, or below where that is too
        // narrow or the command too long.
        let isNarrow = columns < 60
        let width = 24
        let space = String(repeating: " ", count: isNarrow ? 4 : 2 + width + 2)
        for group in CommandEntry.Group.allCases {
            let entries = CommandTable.entries.filter { $0.group == group && isOffered($0) }
            guard !entries.isEmpty else { continue }
            lines.append(style.bold(Words.spoken[group.rawValue]))
            for entry in entries {
                let label = label(entry)
                let text = Words.spoken[entry.summary]
                let size = DisplayWidth.of(label)
                let summary = TextWrap.lines(text, width: columns - space.count)
                    .joined(separator: "\n" + space)
                if isNarrow || size > width {
                    let fitted = TextWrap.paragraphs("  \(label)", width: columns, indent: 4)
                    lines.append(style.name(fitted))
                    lines.append(space + summary)
                    continue
                }
                lines.append("  \(style.name(label))\(space.dropFirst(2 + size))\(summary)")
            }
        }
        let ends = [
            phrase(
                "Begin and end a message of several lines with \"\"\"; //text sends a slash first."),
            phrase("Ctrl-C stops a reply. Tab completes. Ctrl-R searches what you typed."),
        ]
        lines += ends.map { TextWrap.paragraphs("  \($0)", width: columns) }
        return lines.joined(separator: "\n")
    }

    /// One command in full.
    package static func details(
        _ entry: CommandEntry, _ style: Style, columns: Int = 80
    ) -> String {
        let summary = Words.spoken[entry.summary]
        let usage = TextWrap.paragraphs(entry.shownUsage, width: columns - 1, indent: 2)
        var lines = ["\(style.name(usage)):"]
        let first = "\(entry.shownUsage): \(summary)"
        if DisplayWidth.of(first) <= columns {
            lines[0] += " \(summary)"
        } else {
            lines.append(TextWrap.paragraphs(summary, width: columns))
        }
        let others = entry.shownNames.dropFirst()
        if !others.isEmpty {
            lines.append(phrase("Also: %@", others.joined(separator: ", ")))
        }
        lines.append(TextWrap.paragraphs(Words.spoken[entry.details], width: columns))
        return lines.joined(separator: "\n")
    }

    private static func label(_ entry: CommandEntry) -> String {
        let names = entry.shownNames.joined(separator: ", ")
        return entry.arguments.isEmpty ? names : "\(names) \(entry.shownArguments)"
    }
}
