import ChatCore

/// Conversations in words, safe to show.
package enum TranscriptText {
    /// One exchange as it looked at the prompt.
    package static func turn(_ turn: Turn, style: Style) -> String {
        said(turn.user, style: style) + "\n" + replied(turn, style: style)
    }

    /// One exchange as one JSON object.
    package static func json(_ turn: Turn) throws -> String {
        try JSONText.line(
            Exchange(
                turn: turn.number, user: turn.user, reply: turn.reply,
                finishReason: turn.finishReason,
                origin: turn.origin, startsFresh: turn.startsFresh,
                stateWasChanged: turn.stateWasChanged ? true : nil), snakeCase: true)
    }

    private struct Exchange: Encodable {
        let turn: Int
        let user, reply: String
        let finishReason: FinishReason
        let origin: Turn.Origin
        let startsFresh: Bool
        /// Left out where it was not.
        let stateWasChanged: Bool?

        enum CodingKeys: String, CodingKey {
            case turn, user, reply, origin, startsFresh, stateWasChanged
            case finishReason = "ending"
        }
    }

    /// Numbered turns.
    package static func log(_ turns: [Turn], style: Style) -> String {
        let width = "\(turns.last?.number ?? 0)".count
        return turns.map { turn in
            let number =
                String(repeating: " ", count: width - "\(turn.number)".count) + "\(turn.number)"
            let fresh = turn.startsFresh && turn.number > 1
            let head =
                fresh
                ? style.dim(phrase("-- context cleared --")) + "\n"
                : turn.stateWasChanged
                    ? style.dim(phrase("-- state changed by hand --")) + "\n" : ""
            let reply = indented(replied(turn, style: style), by: width + 2)
            // What was said begins behind the number, its further lines below that.
            let user = indented(said(turn.user, style: style), by: width + 2).dropFirst(width + 2)
            return head + "\(style.name(number))  \(user)\n\(reply)"
        }.joined(separator: "\n")
    }

    /// Everything that happened, in order.
    package static func replay(_ transcript: Transcript, style: Style) -> String {
        Replay.steps(transcript).map { step($0, style: style) }.joined(separator: "\n")
    }

    private static func step(_ step: Replay.Step, style: Style) -> String {
        switch step {
        case .said(let text): return said(text, style: style)
        case .replied(let turn, let regenerated):
            let head = regenerated ? style.dim(phrase("[regenerated]")) + "\n" : ""
            return head + replied(turn, style: style)
        case .wentOn(let turn):
            return style.dim(phrase("[went on]")) + "\n" + replied(turn, style: style)
        case .marked(let name): return style.dim("[\(marked(name))]")
        case .wentBack(let name): return style.dim(phrase("[went back to %@]", place(name)))
        case .undid(let count): return style.dim(phrase("[undid %@]", steps(count)))
        case .redid(let count): return style.dim(phrase("[brought back %@]", steps(count)))
        case .cleared: return style.dim(phrase("[context cleared]"))
        case .took(let turn):
            return style.dim(phrase("[went on from the state after turn %@]", turn))
        case .silenced(let layer, let head):
            return style.dim(phrase("[layer %@, head %@: silenced]", layer, head))
        case .given(let origin): return style.dim("[\(given(origin))]")
        case .set(let change): return style.dim("[\(described(change))]")
        case .forked(let parent): return style.dim("[\(SessionText.origin(parent))]")
        }
    }

    /// A mark that was set.
    private static func marked(_ name: String) -> String {
        name == "-"
            ? phrase("where it stood is marked -")
            : phrase("marked '%@'", VisibleText.oneLine(name))
    }

    /// Where a state came from that was not made here.
    package static func given(_ origin: GivenState.Origin) -> String {
        switch origin {
        case .file(let name): phrase("state loaded from '%@'", VisibleText.oneLine(name))
        case .session(let parent):
            phrase(
                "state taken from '%@' after turn %@", VisibleText.oneLine(parent.name),
                parent.turn)
        }
    }

    /// A marked place.
    package static func place(_ name: String) -> String {
        name == "-" ? phrase("where it stood before") : "'\(VisibleText.oneLine(name))'"
    }

    /// What `/undo` takes back and `/redo` brings: turns and clears.
    package static func steps(_ count: Int) -> String {
        count == 1 ? phrase("1 step") : phrase("%@ steps", count)
    }

    /// What is unusual about how a turn's reply ended.
    package static func note(_ turn: Turn) -> String? {
        turn.endedByStop ? phrase("ended by /set stop") : note(turn.finishReason)
    }

    /// What is unusual about how a reply ended.
    package static func note(_ reason: FinishReason) -> String? {
        switch reason {
        case .complete: nil
        case .limit: phrase("stopped at the length limit")
        case .repetition: phrase("stopped where it repeats itself")
        case .interrupted: phrase("interrupted")
        }
    }

    /// What a document of a conversation says beside it.
    package static var documentWords: DocumentWords {
        let beginning = Words.spoken["Begun %@, model `%@`."]
        return DocumentWords(
            beginning: { Words.filled(beginning, [$0, $1]) },
            cleared: phrase("context cleared"), changed: phrase("state changed by hand"),
            imported: phrase("imported"),
            cutAtLimit: phrase("cut at the length limit"),
            cutAtRepetition: phrase("cut where it repeats itself"),
            interrupted: phrase("interrupted"), stopped: phrase("ended before a stop text"))
    }

    /// A change of a setting.
    package static func described(_ change: SettingChange) -> String {
        switch change {
        case .temperature(let value): phrase("temperature is now %@", ModelText.short(value))
        case .topP(let value): phrase("top-p is now %@", ModelText.short(value))
        case .seed(let value): phrase("seed is now %@", value)
        case .lengthLimit(let value): phrase("replies have at most %@ symbols now", value)
        }
    }

    private static func said(_ text: String, style: Style) -> String {
        let lines = VisibleText.lines(text).split(separator: "\n", omittingEmptySubsequences: false)
        let marks = [Prompt.message.rawValue] + lines.dropFirst().map { _ in Prompt.more.rawValue }
        return zip(marks, lines).map { style.prompt($0) + $1 }.joined(separator: "\n")
    }

    private static func replied(_ turn: Turn, style: Style) -> String {
        let origin = turn.origin == .imported ? phrase("imported") : nil
        let note = [note(turn), origin].compactMap { $0 }.joined(separator: ", ")
        return VisibleText.lines(turn.reply) + (note.isEmpty ? "" : style.dim(" [\(note)]"))
    }

    private static func indented(_ text: String, by count: Int) -> String {
        let space = String(repeating: " ", count: count)
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { space + $0 }.joined(separator: "\n")
    }
}
