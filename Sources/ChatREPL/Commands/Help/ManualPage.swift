import Foundation

/// A page of man(7), from the description of a tool.
struct ManualPage {
    let version: String

    func page(of tool: ToolDescription.Command) -> String {
        var lines = [
            ".TH CHARCHAT 1 \"\" \"charchat \(version)\" \"User Commands\"",
            ".SH NAME", "charchat \\- \(escaped(lowered(tool.abstract ?? "")))",
            ".SH SYNOPSIS", ".B charchat", "[\\fICOMMAND\\fR] [\\fIOPTIONS\\fR]",
            ".SH DESCRIPTION", escaped(tool.discussion ?? ""),
            ".SH COMMANDS",
        ]
        for command in tool.subcommands ?? [] { lines += section(command, before: "charchat") }
        lines.append(".SH IN THE CHAT")
        for entry in CommandTable.entries {
            lines += [".TP", ".B \(escaped(entry.usage))", escaped(entry.summary)]
        }
        lines.append(".SH ENVIRONMENT")
        for variable in EnvironmentVariables.all {
            lines += [".TP", ".B \(variable.name)", escaped(variable.meaning)]
        }
        lines += [
            ".SH FILES", ".TP", ".I ~/.local/share/charchat/sessions/NAME.jsonl",
            "A saved session, JSON Lines.", ".TP", ".I ~/.local/state/charchat",
            "The history of the prompt, caches and indexes; all may be removed.",
            ".SH EXIT STATUS",
        ]
        for exit in ExitMeanings.all { lines += [".TP", ".B \(exit.code)", escaped(exit.meaning)] }
        return lines.joined(separator: "\n")
    }

    private func section(_ command: ToolDescription.Command, before: String) -> [String] {
        guard command.shouldDisplay != false, command.commandName != "help" else { return [] }
        let name = "\(before) \(command.commandName)"
        let shown = (command.arguments ?? []).filter {
            $0.shouldDisplay && !["help", "version"].contains($0.valueName)
        }
        let operands = shown.filter { $0.kind == "positional" }.map {
            let name = "\\fI\(escaped($0.valueName ?? ""))\\fR" + ($0.isRepeating ? " ..." : "")
            return $0.isOptional ? "[\(name)]" : name
        }
        var lines = [
            ".SS \"\(([escaped(name)] + operands).joined(separator: " "))\"",
            escaped(command.abstract ?? ""), ".PP", escaped(command.discussion ?? ""),
        ]
        for argument in shown {
            let names = (argument.names ?? []).map { "\\fB\(escaped($0.text))\\fR" }.joined(
                separator: ", ")
            let value =
                argument.kind == "flag" ? "" : "\\fI\(escaped(argument.valueName ?? ""))\\fR"
            lines += [".TP", [names, value].filter { !$0.isEmpty }.joined(separator: " ")]
            lines.append(escaped(argument.abstract ?? ""))
        }
        for sub in command.subcommands ?? [] { lines += section(sub, before: name) }
        return lines
    }

    private func lowered(_ text: String) -> String {
        let text = text.hasSuffix(".") ? String(text.dropLast()) : text
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// Text as man(7) shows it: nothing in it is a request, paragraphs stay apart and lines that are set in
    /// stay as they are.
    private func escaped(_ text: String) -> String {
        let lines = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
            .split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map { line in
            if line.isEmpty { return ".PP" }
            let isSetIn = line.hasPrefix("  ")
            let safe = line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : String(line)
            return isSetIn ? ".br\n\(safe)" : safe
        }.joined(separator: "\n")
    }
}
