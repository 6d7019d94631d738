import ChatCore

/// Where a conversation is shown. A terminal streams replies between prompts; a pipe carries whole
/// replies on standard output and everything else on standard error.
package protocol Screen: AnyObject {
    var style: Style { get }
    /// True where replies are shown while they are made.
    var streams: Bool { get }
    /// A piece of a reply, as soon as it is certain.
    func replyPiece(_ text: String) throws
    /// What was said and replied, and how sure it is, right before `replyEnds`.
    func replied(_ turn: Turn, certainty: ReplyCertainty?) throws
    /// The reply is in the transcript; `note` says what was unusual about it, if anything.
    func replyEnds(_ whole: String, note: String?) throws
    /// Something the user asked to see. May have several lines.
    func show(_ text: String) throws
    /// A line about what happened.
    func notice(_ line: String) throws
    /// A line about what went wrong.
    func problem(_ line: String) throws
    /// Puts a text into the terminal's clipboard; false where there is no terminal.
    func copy(_ text: String) throws -> Bool
    /// All that comes of one line of input was shown.
    func lineEnds() throws
    /// A last line to whoever leaves, where a person sits.
    func farewell(_ line: String) throws
    /// The session is closed; nothing follows.
    func chatEnds() throws
}

extension Screen {
    package func replied(_ turn: Turn, certainty: ReplyCertainty?) throws {}
    package func copy(_ text: String) throws -> Bool { false }
    package func lineEnds() throws {}
    package func farewell(_ line: String) throws {}
    package func chatEnds() throws {}
}

/// The screen of an interactive terminal.
package final class TerminalScreen: Screen {
    package let style: Style
    package let streams = true
    private let output: Output
    private var wrap = WordWrap()

    package init(output: Output = .standard, style: Style) {
        self.output = output
        self.style = style
    }

    package func replyPiece(_ text: String) throws {
        let text = VisibleText.lines(text)
        try output.write(output.canRedraw ? wrap.add(text, width: columns) : text)
    }

    package func replyEnds(_ whole: String, note: String?) throws {
        if let note {
            let text = "[\(note)]"
            try output.write(wrap.ending(text, width: columns) + style.dim(text))
        }
        try output.write("\n")
        wrap = WordWrap()
    }

    package func show(_ text: String) throws { try output.tell(text) }
    package func notice(_ line: String) throws { try output.tell(style.dim(line)) }
    package func farewell(_ line: String) throws { try notice(line) }
    package func problem(_ line: String) throws { try output.tell(style.problem(line)) }

    package func copy(_ text: String) throws -> Bool {
        guard output.canRedraw else { return false }
        try output.write(Clipboard.sequence(text))
        return true
    }

    private var columns: Int { TerminalSize.columns(output) }
}

/// The screen of a pipe: one line on standard output for each line of input and nothing else, the reply or
/// an empty one where there is none.
package final class PipeScreen: Screen {
    package let style = Style.plain
    package let streams = false
    private let output: Output
    private let messages: Output
    private var hasReplied = false

    package init(output: Output = .standard, messages: Output = .error) {
        self.output = output
        self.messages = messages
    }

    package func replyPiece(_ text: String) throws {}

    package func replyEnds(_ whole: String, note: String?) throws {
        hasReplied = true
        try output.writeLine(VisibleText.oneLine(whole))
        if let note { try notice(phrase("The reply is marked: %@.", note)) }
    }

    // Losing a notice because standard error is closed must not end the conversation.
    package func show(_ text: String) throws { try? messages.writeLine(text) }
    package func notice(_ line: String) throws { try? messages.writeLine(line) }
    package func problem(_ line: String) throws { try? messages.writeLine(line) }

    package func lineEnds() throws {
        if !hasReplied { try output.write("\n") }
        hasReplied = false
    }
}

/// How sure a reply is to be taken.
package struct ReplyCertainty: Sendable, Equatable {
    /// The share of such replies that are right, 0 to 1.
    package let share: Double
    /// It is to be marked as one that may be wrong.
    package let isUnsure: Bool
}
