/// The texts of `/help`.
package enum HelpText {
    /// Every command, by group.
    package static func overview(_ style: Style) -> String {
        var lines: [String] = []
        let width = 24
        for group in CommandEntry.Group.allCases {
            lines.append(style.bold(group.rawValue))
            for entry in CommandTable.entries where entry.group == group {
                let label = label(entry)
                let space = String(repeating: " ", count: max(0, width - label.count) + 2)
                lines.append("  \(style.name(label))\(space)\(entry.summary)")
            }
        }
        lines.append(
            "  Begin and end a message of several lines with \"\"\"; //text sends a slash first.")
        lines.append("  Ctrl-C stops a reply. Tab completes. Ctrl-R searches what you typed.")
        return lines.joined(separator: "\n")
    }

    /// One command in full.
    package static func details(_ entry: CommandEntry, _ style: Style) -> String {
        var lines = ["\(style.name(entry.usage)): \(entry.summary)"]
        if entry.names.count > 1 {
            lines.append("Also: \(entry.names.dropFirst().joined(separator: ", "))")
        }
        lines.append(entry.details)
        return lines.joined(separator: "\n")
    }

    private static func label(_ entry: CommandEntry) -> String {
        let names = entry.names.joined(separator: ", ")
        return entry.arguments.isEmpty ? names : "\(names) \(entry.arguments)"
    }
}
