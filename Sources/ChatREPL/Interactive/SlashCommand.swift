import ChatCore

/// What a slash command asks for. Parsing is pure; doing it is `SlashCommandRunner`'s work.
package enum SlashCommand: Equatable, Sendable {
    case help(topic: String?)
    case leave
    case session(name: String?)
    case sessions
    case new(name: String?)
    case save(name: String?)
    case load(name: String)
    case rename(name: String)
    case delete(name: String)
    /// nil: what was deleted last.
    case restore(name: String?)
    /// `turn` counts from 1; nil is the latest.
    case fork(name: String?, turn: Int?)
    case log
    case undo(turns: Int)
    case redo(turns: Int)
    case regenerate
    /// `number` counts from 1; nil lists them.
    case replies(number: Int?)
    case clear
    case replay(verify: Bool)
    case export(path: String)
    case copy
    case set(SettingChange)
    case show(ShowTopic)
    /// A message, or turn `turn` anew; it counts from 1.
    case edit(turn: Int?)
    case read(path: String)
    case fill(text: String)
    case answer(as: String)
    case mark(name: String?)
    case back(name: String)
    case continueReply
    case facts
    case forget(what: String)
    case stateDifference(Int, Int)
    /// nil: of this session. `turn` counts from 1.
    case takeState(turn: Int, session: String?)
    /// Both count from 1.
    case silence(layer: Int, head: Int)
    case saveState(path: String)
    case loadState(path: String)
    case search(query: String)
    case compare(question: String)
    /// The last `turns`; nil: as many as fit a screen.
    case bits(turns: Int?)
    case context
    case memory(question: String?)
    case odds(question: String?)
    case surprisal(Bool)
    case certainty(Bool)
    case verbose(Bool)
    /// Texts before which replies end.
    case stop([String])
}

/// What `/show` can show.
package enum ShowTopic: String, CaseIterable, Sendable {
    case parameters, model, session

    /// Its name in Korean, understood in every language.
    private var koreanName: String {
        switch self {
        case .parameters: "설정"
        case .model: "모델"
        case .session: "세션"
        }
    }

    /// The topic of a name as typed.
    package init?(named name: String) {
        let name = name.lowercased()
        guard
            let topic = Self.allCases.first(where: { [$0.rawValue, $0.koreanName].contains(name) })
        else { return nil }
        self = topic
    }

    /// The names in the language that is spoken, for Tab.
    package static var shownNames: [String] {
        allCases.map { Words.spoken.language == .korean ? $0.koreanName : $0.rawValue }
    }
}

/// A command that cannot be done as typed; its description is what the user is told.
package struct SlashCommandProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    /// How a command is typed, and where more is told.
    static func usage(of name: String) -> SlashCommandProblem {
        let entry = CommandTable.entry(named: name)
        let topic = (entry?.shownNames[0] ?? name).dropFirst()
        return SlashCommandProblem(
            phrase("Usage: %@", entry?.shownUsage ?? name) + "\n"
                + phrase("/help %@ tells more.", topic))
    }
}

extension SlashCommand {
    /// Reads a line that begins with one slash.
    /// - Throws: `SlashCommandProblem` for an unknown command or wrong arguments.
    package static func parse(_ line: String) throws(SlashCommandProblem) -> SlashCommand {
        let word = line.prefix { !$0.isWhitespace }
        let arguments = line.dropFirst(word.count).trimmed
        guard let entry = CommandTable.entry(named: String(word)) else {
            let shown = VisibleText.oneLine(String(word.prefix(40)))
            let meant =
                LineMeaning.meant(String(word.dropFirst()))
                ?? CommandTable.nearest(to: String(word))
            let near = meant.map { " " + phrase("Did you mean %@?", $0) } ?? ""
            throw SlashCommandProblem(
                phrase("Unknown command '%@'. Type /? for help.", shown) + near)
        }
        guard let command = try entry.parse(arguments) else {
            throw SlashCommandProblem.usage(of: entry.names[0])
        }
        return command
    }
}
