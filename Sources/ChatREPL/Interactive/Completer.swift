import ChatCore

/// What Tab offers for a line, by what stands before the cursor.
package struct Completer {
    /// Asked only when a session's name is wanted.
    package let sessionNames: () -> [String]
    /// The marks of the conversation.
    private let markNames: () -> [String]

    package init(
        sessionNames: @escaping () -> [String], markNames: @escaping () -> [String] = { [] }
    ) {
        self.sessionNames = sessionNames
        self.markNames = markNames
    }

    private static let takesSession: Set = ["/session", "/load", "/delete"]
    private static let takesFile: Set = ["/export", "/read"]

    package func complete(_ line: String) -> Completion {
        guard line.hasPrefix("/"), !line.hasPrefix("//") else { return .nothing }
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard let typed = words.last, words.count > 1 else {
            return matching(line == "/" ? CommandTable.listedNames : CommandTable.shownNames, line)
        }
        let command = CommandTable.entry(named: String(words[0]))?.names[0] ?? ""
        if Self.takesSession.contains(command) {
            return names(sessionNames(), line, lastWord: String(typed))
        }
        if Self.takesFile.contains(command) {
            let path = String(line.dropFirst(words[0].count + 1))
            return FileCompletion.complete(path, lastWord: String(typed))
        }
        if command == "/state", words.count > 2, CommandTable.takesStateFile(String(words[1])) {
            let path = String(line.dropFirst(words[0].count + words[1].count + 2))
            return FileCompletion.complete(path, lastWord: String(typed))
        }
        if command == "/back" { return names(markNames(), line, lastWord: String(typed)) }
        // Only the first argument of a command has something to offer.
        guard words.count == 2 else { return .nothing }
        switch command {
        case "/help": return matching(Self.helpTopics, String(typed))
        case "/set": return matching(Self.settingNames, String(typed))
        case "/show": return matching(ShowTopic.shownNames, String(typed))
        case "/replay": return matching(["--verify"], String(typed))
        case "/state": return matching(CommandTable.shownStateWords, String(typed))
        default: return .nothing
        }
    }

    /// A name may have spaces in it, and readline completes the last word: what is offered is a name from
    /// there on.
    private func names(_ names: [String], _ line: String, lastWord: String) -> Completion {
        let typed = line.drop { $0 != " " }.dropFirst()
        let before = typed.count - lastWord.count
        let found = names.filter { $0.hasPrefix(typed) }.sorted()
        return found.isEmpty ? .nothing : .words(found.map { String($0.dropFirst(before)) })
    }

    /// English names too, where others are shown.
    private static var settingNames: [String] {
        Array(Set(SettingArguments.shownNames + SettingArguments.names))
    }

    private static var helpTopics: [String] {
        let commands = Set(CommandTable.entries.flatMap { [$0.names[0], $0.shownNames[0]] })
        let isKorean = Words.spoken.language == .korean
        return commands.map { String($0.dropFirst()) }
            + SlashCommandRunner.topics.filter { isKorean || !Hangul.occurs(in: $0) }
    }

    private func matching(_ words: [String], _ prefix: String) -> Completion {
        let found = words.filter { $0.hasPrefix(prefix) }.sorted()
        return found.isEmpty ? .nothing : .words(found)
    }
}
