import ChatCore

/// One slash command: its names, how it is typed, and how its arguments are read.
package struct CommandEntry: Sendable {
    package enum Group: String, CaseIterable, Sendable {
        case help = "Help and leaving"
        case sessions = "Sessions"
        case turns = "Turns"
        case record = "Record"
        case worth = "What the session is worth"
        case settings = "Settings"
        case text = "Text"
    }

    package let group: Group
    /// The name that help shows first, then its aliases; each with its slash.
    package let names: [String]
    /// The arguments as usage shows them.
    package let arguments: String
    /// What it does, in one line.
    package let summary: String
    /// More lines for `/help NAME`, with an example.
    package let details: String
    /// The arguments, trimmed, to the command; nil when they are not what usage says.
    package let parse: @Sendable (String) throws(SlashCommandProblem) -> SlashCommand?

    package var usage: String { arguments.isEmpty ? names[0] : "\(names[0]) \(arguments)" }
}

/// Every slash command, in the order of `/help`.
package enum CommandTable {
    package static let entries: [CommandEntry] =
        helpEntries + sessionEntries + turnEntries + recordEntries + worthEntries + settingEntries

    /// The entry of a name as typed, with its slash; whole words only, in any letter case.
    package static func entry(named name: String) -> CommandEntry? {
        let name = name.lowercased()
        return entries.first { $0.names.contains(name) || $0.koreanNames.contains(name) }
    }

    /// Every English name.
    package static var allNames: [String] { entries.flatMap(\.names) }

    private static let helpEntries = [
        CommandEntry(
            group: .help, names: ["/help", "/?"], arguments: "[COMMAND|topics]",
            summary: "this overview, one command, or what to say",
            details: "/help topics has lines that this model was taught. Example: /help fork"
        ) { .help(topic: $0.isEmpty ? nil : $0) },
        CommandEntry(
            group: .help, names: ["/bye", "/exit", "/quit"], arguments: "",
            summary: "leave (also Ctrl-D); everything is saved already",
            details: "Resume later with: charchat -c"
        ) { $0.isEmpty ? .leave : nil },
    ]

    private static let sessionEntries = [
        CommandEntry(
            group: .sessions, names: ["/session"], arguments: "[NAME]",
            summary: "where this is saved; with a name: go to that one",
            details: "A name that no session has yet makes a new one. Example: /session holiday"
        ) { .session(name: $0.nonEmpty) },
        CommandEntry(
            group: .sessions, names: ["/sessions"], arguments: "", summary: "the saved sessions",
            details: "Newest first."
        ) { $0.isEmpty ? .sessions : nil },
        CommandEntry(
            group: .sessions, names: ["/new"], arguments: "[NAME]",
            summary: "begin a new session; this one stays saved",
            details: "Without a name the date and time are its name. Example: /new holiday"
        ) { .new(name: $0.nonEmpty) },
        CommandEntry(
            group: .sessions, names: ["/save"], arguments: "[NAME]",
            summary: "keep this session under a name",
            details: """
                Every turn is saved as it is said. /save NAME gives a session that was named by its \
                date that name, and writes one of `--no-save` to disk; a session that already has a \
                name of its own is copied. Example: /save holiday
                """
        ) { .save(name: $0.nonEmpty) },
        CommandEntry(
            group: .sessions, names: ["/load"], arguments: "NAME",
            summary: "go on with a saved session", details: "Example: /load holiday"
        ) { $0.nonEmpty.map { .load(name: $0) } },
        CommandEntry(
            group: .sessions, names: ["/rename"], arguments: "NAME",
            summary: "give this session another name", details: "Example: /rename summer"
        ) { $0.nonEmpty.map { .rename(name: $0) } },
        CommandEntry(
            group: .sessions, names: ["/delete"], arguments: "NAME",
            summary: "delete a saved session",
            details: """
                /restore brings it back until you leave; then it is gone for good. What you typed in it \
                stays in the history of the arrows. The session that is open cannot be deleted.
                Example: /delete holiday
                """
        ) { $0.nonEmpty.map { .delete(name: $0) } },
        CommandEntry(
            group: .sessions, names: ["/restore"], arguments: "[NAME]",
            summary: "bring back a session deleted in this chat",
            details: "Without a name, the one that was deleted last. Example: /restore holiday"
        ) { .restore(name: $0.nonEmpty) },
        CommandEntry(
            group: .sessions, names: ["/fork"], arguments: "[NAME] [@TURN]",
            summary: "go on in a copy, from the end or from a turn",
            details: "A saved session that it comes from stays as it is. Example: /fork what-if @3"
        ) { parseFork($0) },
    ]

    private static let turnEntries = [
        CommandEntry(
            group: .turns, names: ["/log"], arguments: "",
            summary: "this session's turns, numbered",
            details: "The numbers are those of /fork @TURN."
        ) { $0.isEmpty ? .log : nil },
        CommandEntry(
            group: .turns, names: ["/undo"], arguments: "[N]",
            summary: "take back the last turn, or the last N",
            details: "The model forgets them too. /redo 2 brings two back. Example: /undo 2"
        ) { parseCount($0).map { .undo(turns: $0) } },
        CommandEntry(
            group: .turns, names: ["/redo"], arguments: "[N]", summary: "bring undone turns back",
            details: "Until something new is said. Example: /redo 2"
        ) { parseCount($0).map { .redo(turns: $0) } },
        CommandEntry(
            group: .turns, names: ["/regen"], arguments: "",
            summary: "another reply to the last message",
            details: "The one before stays in the transcript; /undo takes both back."
        ) { $0.isEmpty ? .regenerate : nil },
        CommandEntry(
            group: .turns, names: ["/replies"], arguments: "[N]",
            summary: "the replies to the last message; go on with one",
            details: """
                Those that /regen replaced and the one that stands. With a number the conversation goes \
                on from that one, as from a marked place. Example: /replies 1
                """
        ) { $0.isEmpty ? .replies(number: nil) : parseCount($0).map { .replies(number: $0) } },
        CommandEntry(
            group: .turns, names: ["/as-reply"], arguments: "TEXT",
            summary: "put a reply of yours into the model's mouth",
            details: """
                It answers what was said last, in the place of the model's reply, which /replies still \
                has. The transcript marks it, and --verify counts it as not proved.
                Example: /as-reply Your name is Bob.
                """
        ) { $0.nonEmpty.map { .answer(as: $0) } },
        CommandEntry(
            group: .turns, names: ["/continue"], arguments: "",
            summary: "go on with a reply that was cut off",
            details: """
                After Ctrl-C or at the length limit: as many symbols again. The whole reply takes the \
                place of the one before; /undo takes all of it back.
                """
        ) { $0.isEmpty ? .continueReply : nil },
        CommandEntry(
            group: .turns, names: ["/mark"], arguments: "[NAME]",
            summary: "name this place, to come back to it",
            details: """
                Without a name: the places that have one, also the replies that /regen replaced \
                (reply 1, reply 2, …). Example: /mark before-dinner
                """
        ) { .mark(name: $0.nonEmpty) },
        CommandEntry(
            group: .turns, names: ["/back"], arguments: "NAME",
            summary: "go on from a place that has a name",
            details: """
                What was said since is not lost: /back - goes where you were. The model remembers what \
                it did at that place. Example: /back before-dinner
                """
        ) { $0.nonEmpty.map { .back(name: $0) } },
        CommandEntry(
            group: .turns, names: ["/clear"], arguments: "",
            summary: "forget the context; the saved file stays",
            details: "The model starts afresh; the transcript keeps what was said."
        ) { $0.isEmpty ? .clear : nil },
    ]

    private static let recordEntries = [
        CommandEntry(
            group: .record, names: ["/replay"], arguments: "[--verify]",
            summary: "show the session again, or prove it exact",
            details: "--verify generates every reply anew and compares. Example: /replay --verify"
        ) { ["": .replay(verify: false), "--verify": .replay(verify: true)][$0] },
        CommandEntry(
            group: .record, names: ["/export"], arguments: "FILE.md|json|txt",
            summary: "write the conversation to a file",
            details: "The file's ending chooses the format. Example: /export talk.md"
        ) { $0.nonEmpty.map { .export(path: $0) } },
        CommandEntry(
            group: .record, names: ["/copy"], arguments: "",
            summary: "the last reply into the terminal's clipboard",
            details: """
                By OSC 52, which most terminals know, also through ssh; some want it allowed in their \
                settings, and tmux wants set-clipboard on.
                """
        ) { $0.isEmpty ? .copy : nil },
    ]

    private static let settingEntries = [
        CommandEntry(
            group: .settings, names: ["/set"],
            arguments: "NAME VALUE",
            summary: "change how replies are made",
            details: """
                temperature: 0 to 10; 0 takes the likeliest character, 1 draws as the model believes.
                top-p: above 0, up to 1; draws only among the likeliest of that total probability.
                seed: a whole number; the same seed and words give the same replies.
                length: a whole number, 1 to 10000; the most symbols of a reply; /continue goes on.
                surprisal: on or off; on shows how much each character of a reply surprised the model.
                certainty: on or off; on marks replies that the model's own odds say may be wrong.
                verbose: on or off; on tells the length, speed and certainty of each reply.
                stop: texts before which a reply ends, with | between them, or off.
                They hold for this session; a new one begins with what was given at the start.
                Without a value: what is set now. Example: /set temperature 0.5
                """
        ) { text throws(SlashCommandProblem) in try SettingArguments.command(text) },
        CommandEntry(
            group: .settings, names: ["/show"], arguments: "parameters|model|session",
            summary: "the settings, the model or the session",
            details: "Example: /show model"
        ) { ShowTopic(named: $0).map { .show($0) } },
        CommandEntry(
            group: .text, names: ["/edit"], arguments: "[@TURN]",
            summary: "write a message, or a turn anew, in $EDITOR",
            details: """
                In $VISUAL, if that is set. What is saved there is sent; an empty file sends nothing.
                With a turn it begins with what you said there, and the conversation goes on from there; \
                /back - brings the turns back that it had. Example: /edit @2
                """
        ) { $0.isEmpty ? .edit(turn: nil) : parseTurn($0).map { .edit(turn: $0) } },
        CommandEntry(
            group: .text, names: ["/read"], arguments: "FILE",
            summary: "say what stands in a text file",
            details: "The whole of it is one message, 64 KiB at most. Example: /read letter.txt"
        ) { $0.nonEmpty.map { .read(path: $0) } },
        CommandEntry(
            group: .text, names: ["/fill"], arguments: "TEXT",
            summary: "make up what a text lacks, where a model learned to",
            details: """
                In a gap, ____, or before and behind a text without one. The session does not take it \
                in. Example: /fill The state ____ of the conversation.
                """
        ) { $0.nonEmpty.map { .fill(text: $0) } },
    ]

    /// A number of turns: 1 when not given.
    private static func parseCount(_ text: String) -> Int? {
        if text.isEmpty { return 1 }
        guard let count = Int(text), count >= 1 else { return nil }
        return count
    }

    /// A number of turns, or none.
    static func parseOptionalCount(_ text: String) -> SlashCommand? {
        if text.isEmpty { return .bits(turns: nil) }
        return parseCount(text).map { .bits(turns: $0) }
    }

    /// `@3`, from 1.
    static func parseTurn(_ text: String) -> Int? {
        guard text.first == "@", let turn = Int(text.dropFirst()), turn >= 1 else { return nil }
        return turn
    }

    private static func parseFork(_ text: String) -> SlashCommand? {
        guard let at = text.lastIndex(of: "@"),
            at == text.startIndex || text[text.index(before: at)].isWhitespace
        else { return .fork(name: text.nonEmpty, turn: nil) }
        guard let turn = Int(text[text.index(after: at)...]), turn >= 0 else { return nil }
        return .fork(name: text[..<at].trimmed.nonEmpty, turn: turn)
    }
}
