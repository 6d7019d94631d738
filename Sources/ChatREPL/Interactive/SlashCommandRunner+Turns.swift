import ChatCore

extension SlashCommandRunner {
    /// `/log`
    package func log() throws {
        let turns = session.turns
        guard let last = turns.last else {
            return try screen.notice(phrase("Nothing has been said yet."))
        }
        // What goes on stands below what was said, not below its number.
        try showFitted(
            TranscriptText.log(turns, style: screen.style), hanging: "\(last.number)".count + 2)
    }

    /// `/undo [N]`
    package func undo(_ count: Int) throws {
        let before = session.redoableSteps
        let turns = session.turnCount + (session.unanswered == nil ? 0 : 1)
        let surgeries = session.surgeryCount
        let done = try session.undo(count)
        // A message without a reply does not come back.
        let kept = session.redoableSteps - before
        try tell(
            phrase(
                "Undid %@",
                Self.steps(
                    done, turns: turns - session.turnCount,
                    surgeries: surgeries - session.surgeryCount)),
            Self.hint(kept, of: done))
    }

    /// `/redo [N]`
    package func redo(_ count: Int) throws {
        let (turns, surgeries) = (session.turnCount, session.surgeryCount)
        let done = try session.redo(count)
        let steps = Self.steps(
            done, turns: session.turnCount - turns, surgeries: session.surgeryCount - surgeries)
        try tell(phrase("Brought back %@", steps), "")
    }

    /// `/regen`
    package func regenerate() throws {
        let before = session.unanswered == nil ? session.lastTurn?.reply : nil
        var turn: Turn?
        try session.keepReply()
        try replies.show(surprisal: surprisal, certainty: certainty) { emit in
            turn = try session.regenerate(emit: emit)
            return turn
        }
        if let turn, turn.finishReason == .complete, turn.reply == before {
            try screen.notice(
                phrase("The same reply again; a higher temperature brings others (/set)."))
        }
    }

    /// `/replies [N]`
    package func chooseReply(_ number: Int?) throws {
        guard let number else { return try showReplies() }
        let isCurrent = session.choices.dropFirst(number - 1).first?.isCurrent == true
        try session.choose(number)
        guard !isCurrent else { return try screen.notice(phrase("It is the one that stands.")) }
        try screen.notice(
            phrase("Going on with reply %@ of %@.", number, session.choices.count))
        if let thread = SessionText.thread(session, style: screen.style) { try screen.show(thread) }
    }

    private func showReplies() throws {
        let choices = session.choices
        guard !choices.isEmpty else {
            return try screen.notice(phrase("There is no reply to what was said last."))
        }
        let width = "\(choices.count)".count
        let lines = choices.enumerated().map { index, choice in
            let number = TextWrap.right("\(index + 1)", width)
            let reply = VisibleText.lines(choice.reply)
                .replacing("\n", with: "\n" + String(repeating: " ", count: width + 4))
            return "\(choice.isCurrent ? "*" : " ") \(screen.style.name(number))  \(reply)"
        }
        try showFitted(lines.joined(separator: "\n"), hanging: width + 4)
        try screen.notice(
            choices.count == 1
                ? phrase("/regen draws another one, and this one is kept.")
                : phrase("* stands; /replies N goes on with another one."))
    }

    /// `/as-reply TEXT`
    package func answer(as text: String) throws {
        try session.answer(as: text)
        try screen.show(VisibleText.lines(text))
        try screen.notice(
            phrase("The model goes on as if it had said that; the transcript says that it did not.")
        )
    }

    /// `/continue`
    package func continueReply() throws {
        if session.lastTurn?.finishReason == .complete || session.unanswered != nil {
            throw SlashCommandProblem(
                session.unanswered == nil
                    ? phrase("The last reply came to its end; there is nothing to go on with.")
                    : phrase("What you said last has no reply yet; /regen answers it."))
        }
        try replies.show(
            surprisal: surprisal, certainty: certainty,
            nothing: phrase("Nothing was added; the reply stands as it was.")
        ) { emit in
            try session.continueReply(emit: emit)
        }
    }

    /// `/mark [NAME]`
    package func mark(_ name: String?) throws {
        guard let name else {
            return try screen.notice(Self.marks(session.markNames))
        }
        do {
            try session.mark(name)
        } catch SessionError.name(let name, let reason) {
            throw SlashCommandProblem(
                phrase(
                    "'%@' cannot be a mark's name: %@", VisibleText.line(name, limit: 64),
                    Words.spoken.retold(reason))
            )
        }
        let shown = VisibleText.oneLine(name)
        try tell(
            phrase("This place is marked '%@'", shown),
            phrase("/back %@ comes back to it.", shown))
    }

    /// The marks in words; those that /regen set apart from a person's.
    private static func marks(_ names: [String]) -> String {
        guard !names.isEmpty else {
            return phrase("No place has a name yet; /mark NAME gives one.")
        }
        let replies = names.filter { $0.wholeMatch(of: /reply [0-9]+/) != nil }
        let others = names.filter { !replies.contains($0) }
        let listed = [others, replies].map {
            $0.map(VisibleText.oneLine).joined(separator: ", ")
        }
        return [
            others.isEmpty ? nil : phrase("Marks: %@", listed[0]),
            replies.isEmpty
                ? nil : phrase("Replies that others took the place of: %@", listed[1]),
        ].compactMap(\.self).joined(separator: "\n")
    }

    /// `/back NAME`
    package func goBack(_ name: String) throws {
        do {
            try session.goBack(to: name)
        } catch SessionError.noSuchMark {
            let names = session.markNames.map(VisibleText.oneLine).joined(separator: ", ")
            throw SlashCommandProblem(
                phrase("No place is marked '%@'.", VisibleText.oneLine(name)) + " "
                    + (names.isEmpty
                        ? phrase("/mark NAME marks one.") : phrase("There are: %@", names)))
        }
        try tell(
            phrase("Back at %@", TranscriptText.place(name)), phrase("/back - goes where you were.")
        )
        if let thread = SessionText.thread(session, style: screen.style) { try screen.show(thread) }
    }

    /// `/clear`
    package func clear() throws {
        try session.clear()
        try screen.notice(
            phrase("The model has forgotten the conversation so far.") + " \(onDisk)")
    }

    /// What the disk has of what was said.
    private var onDisk: String {
        if session.isOnDisk { return phrase("The saved file keeps what was said.") }
        // A session with a name and no place was read from a file that may not be written to.
        let isReadOnly = session.name != nil && session.url == nil
        return session.savingProblem == nil && !isReadOnly
            ? phrase("Nothing of this session is on disk.")
            : phrase("What was said is not all on the disk.")
    }

    /// How `done` undone steps come back, of which `kept` can.
    private static func hint(_ kept: Int, of done: Int) -> String {
        let steps = TranscriptText.steps(kept)
        return switch (kept, kept < done) {
        case (0, _): phrase("It had no reply; /redo cannot bring it back.")
        case (1, false): phrase("/redo brings it back.")
        case (1, true): phrase("/redo brings %@ back.", steps)
        case (_, false): phrase("/redo %@ brings them back.", kept)
        case (_, true): phrase("/redo %@ brings %@ back.", kept, steps)
        }
    }

    /// Steps in words: turns, what /state did, and what is left of them, clears.
    private static func steps(_ count: Int, turns: Int, surgeries: Int) -> String {
        let clears = count - turns - surgeries
        let words = [
            turns > 0 ? SessionText.turns(turns) : nil,
            clears == 1
                ? phrase("a /clear") : clears > 1 ? phrase("%@ times /clear", clears) : nil,
            surgeries == 1
                ? phrase("a /state") : surgeries > 1 ? phrase("%@ times /state", surgeries) : nil,
        ]
        return words.compactMap(\.self).joined(separator: phrase(" and "))
    }

    private func tell(_ done: String, _ hint: String) throws {
        let count = session.turnCount
        let left =
            count == 0
            ? phrase("0 turns in the session")
            : phrase("%@ in the session", SessionText.turns(count))
        try screen.notice(phrase("%@; %@. %@", done, left, hint).trimmed)
    }
}
