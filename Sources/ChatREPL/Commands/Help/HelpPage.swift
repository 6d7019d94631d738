/// The help of a command in other words than ArgumentParser's, which knows English alone and takes every
/// character to be one column wide. It is laid out as that one is.
package struct HelpPage {
    private let words: Words
    /// Of the terminal, and up to what an option means.
    private let columns, indent: Int

    package init(words: Words, columns: Int) {
        self.words = words
        self.columns = max(20, columns)
        indent = columns < 60 ? 8 : 26
    }

    /// - Parameter usage: how the command is called, in ArgumentParser's words.
    package func text(of command: ToolDescription.Command, usage: String) -> String {
        let about = [command.abstract, command.discussion].compactMap { $0 }.map { words[$0] }
        let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
        let operands = arguments.filter { $0.kind == "positional" }
        let options = arguments.filter { $0.kind != "positional" }
        let commands = (command.subcommands ?? []).filter {
            $0.shouldDisplay != false && $0.commandName != "help"
        }
        var parts = [
            wrapped(words.say("OVERVIEW: %@", about.joined(separator: "\n\n"))),
            Self.fitted(
                usage: words.say("USAGE: %@", Self.usage(usage, in: words)), columns: columns),
        ]
        if !operands.isEmpty { parts.append(section("ARGUMENTS:", operands.map { row($0) })) }
        if !options.isEmpty { parts.append(section("OPTIONS:", options.map { row($0) })) }
        if !commands.isEmpty {
            let rows = commands.map {
                row($0, isDefault: $0.commandName == command.defaultSubcommand)
            }
            parts.append(section("SUBCOMMANDS:", rows))
            var called = (command.superCommands ?? []) + [command.commandName]
            called.insert("help", at: 1)
            called.append(words.say("<subcommand>"))
            let hint = words.say("See '%@' for detailed help.", called.joined(separator: " "))
            parts.append(wrapped("  " + hint))
        }
        return parts.joined(separator: "\n\n")
    }

    /// A usage with the two words in it that are neither names nor values.
    static func usage(_ english: String, in words: Words) -> String {
        english.replacing("<subcommand>", with: words.say("<subcommand>"))
            .replacing("<options>", with: words.say("<options>"))
    }

    /// How a command is called, where it is wider than the terminal broken between its options and not
    /// in one.
    static func fitted(usage: String, columns: Int) -> String {
        let held = usage.replacing(/\[[^\]]*\]|--[^ ]+ <[^>]*>/) { match -> String in
            String(match.output).replacing(" ", with: "\u{A0}")
        }
        return TextWrap.paragraphs(held, width: columns, hanging: 8)
            .replacing("\u{A0}", with: " ")
    }

    // MARK: - Rows

    /// A command, and what it does.
    private func row(_ command: ToolDescription.Command, isDefault: Bool) -> String {
        let name = command.commandName
        return row(
            isDefault ? words.say("%@ (default)", name) : name,
            command.abstract.map { words[$0] } ?? "")
    }

    /// An argument: what it means, which values it takes, and which it has unless given.
    private func row(_ argument: ToolDescription.Argument) -> String {
        let values = (argument.allValues ?? []).filter { !$0.isEmpty }.joined(separator: ", ")
        let usual = argument.defaultValue ?? ""
        let note =
            switch (values.isEmpty, usual.isEmpty) {
            case (true, true): ""
            case (false, true): words.say("(values: %@)", values)
            case (true, false): words.say("(default: %@)", usual)
            case (false, false): words.say("(values: %@; default: %@)", values, usual)
            }
        let meaning = argument.abstract.map { words[$0] } ?? ""
        return row(
            argument.label, [meaning, note].filter { !$0.isEmpty }.joined(separator: " "))
    }

    /// A label with its meaning behind it, or below where the label is long.
    private func row(_ label: String, _ meaning: String) -> String {
        let label = "  " + label
        guard !meaning.isEmpty else { return label }
        let space = String(repeating: " ", count: indent)
        let isShort = DisplayWidth.of(label) < indent
        return (isShort ? TextWrap.padded(label, indent) : label + "\n" + space)
            + TextWrap.lines(meaning, width: columns - indent).joined(separator: "\n" + space)
    }

    private func section(_ heading: String, _ rows: [String]) -> String {
        ([words[heading]] + rows).joined(separator: "\n")
    }

    private func wrapped(_ text: String) -> String {
        TextWrap.paragraphs(text, width: columns)
    }
}
