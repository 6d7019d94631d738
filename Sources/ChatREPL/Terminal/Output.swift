import Foundation

/// What can go wrong with an output.
package enum OutputError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The reader of standard output went away (`charchat … | head`).
    case closed
    /// A signal asked the process to end while the reader was being waited for.
    case interrupted(signal: Int32)
    /// Any other failure, such as a full disk behind a redirection.
    case failed(String)

    package var description: String {
        switch self {
        case .closed: phrase("the reader of standard output went away")
        case .interrupted: phrase("interrupted while the output was being written")
        case .failed(let reason): phrase("cannot write the output: %@", reason)
        }
    }
}

/// Writes text to a file descriptor: whole, however slow the reader.
package struct Output: Sendable {
    package let descriptor: Int32

    package init(descriptor: Int32) { self.descriptor = descriptor }

    package static let standard = Output(descriptor: STDOUT_FILENO)
    package static let error = Output(descriptor: STDERR_FILENO)

    package var isTerminal: Bool { isatty(descriptor) == 1 }
    /// Whether a line can be written over: not at the end of a pipe, nor where `TERM` is `dumb`.
    package var canRedraw: Bool {
        isTerminal && !["dumb", ""].contains(ProcessInfo.processInfo.environment["TERM"] ?? "")
    }

    /// Writes every byte of `text`. A descriptor that does not block is waited for; a signal in
    /// between does not lose anything, unless it asks the process to end.
    /// - Throws: `OutputError`.
    package func write(_ text: String) throws {
        var text = text
        try text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let rest = UnsafeRawBufferPointer(bytes)[written...]
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = Foundation.write(descriptor, part.baseAddress, part.count)
                let failure = count < 0 ? errno : 0
                if count >= 0 { written += count }
                if written == bytes.count { return }
                switch failure {
                case 0, EINTR: break
                case EAGAIN:
                    var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&wait, 1, 1000)
                case EPIPE: throw OutputError.closed
                default: throw OutputError.failed(SystemReason.text(failure))
                }
                // A reader that does not read must not keep the process from ending.
                if let signal = Signals.waitingToEnd(countingInterrupt: !isTerminal) {
                    throw OutputError.interrupted(signal: signal)
                }
            }
        }
    }

    /// Writes a line.
    package func writeLine(_ line: String) throws { try write(line + "\n") }

    /// Writes lines for a person: at a terminal those that are wider than it are broken between words.
    /// - Parameter hanging: the columns that what goes on is put in.
    package func tell(_ text: String, hanging: Int = 0) throws {
        guard isTerminal else { return try writeLine(text) }
        let width = TerminalSize.columns(self)
        try writeLine(TextWrap.paragraphs(text, width: width, hanging: hanging))
    }
}
