/// Where the user's lines come from: GNU readline at a terminal, standard input in a pipe, a script
/// in tests.
package protocol LineReader: AnyObject {
    /// Waits for one line.
    func readLine(prompt: Prompt) -> LineInput
    /// Puts an entry into the history that arrow-up and Ctrl-R search.
    func remember(_ entry: String)
    /// Takes the keyboard's echo away while a reply streams, so that typing ahead does not mix with
    /// it; what was typed is there at the next prompt.
    func whileReplying<T>(_ body: () throws -> T) rethrows -> T
}

extension LineReader {
    package func remember(_ entry: String) {}
    package func whileReplying<T>(_ body: () throws -> T) rethrows -> T { try body() }
}

/// What the user is asked for.
package enum Prompt: String, Sendable {
    /// A message or a command.
    case message = ">>> "
    /// More lines of a message begun with `"""`.
    case more = "... "
}

/// What came of waiting for a line.
package enum LineInput: Equatable, Sendable {
    /// A line without its line end.
    case line(String)
    /// A line that cannot be a message, with the one-line reason. It was not lost silently.
    case unusable(String)
    /// Ctrl-C; a line with text on it was cleared.
    case interrupted(lineHadText: Bool)
    /// The end of input, or Ctrl-D on an empty line.
    case end
    /// Nothing more can be read, for the reason given.
    case failed(String)
    /// The process was told to end (SIGTERM, SIGHUP, SIGQUIT; SIGINT outside a terminal).
    case terminated(signal: Int32)
}

/// Bounds on one message.
package enum MessageLimit {
    /// Largest message in bytes of UTF-8: a few seconds of reading for the model.
    package static let byteCount = 65_536

    /// The notice for a line of `bytes` bytes.
    package static func notice(_ bytes: Int) -> String {
        phrase(
            "That line has %@ bytes; a message may have at most %@. It was not sent.", bytes,
            byteCount)
    }
}

/// One message, given beforehand, and no more.
package final class SingleLineReader: LineReader {
    private var line: String?

    package init(_ line: String) { self.line = line }

    package func readLine(prompt: Prompt) -> LineInput {
        defer { line = nil }
        return line.map { .line($0) } ?? .end
    }
}
