import Foundation

/// Single keys at a terminal, without Enter and without echo.
package enum KeyReader {
    /// Waits for a key. One that is no ASCII is told as "?".
    /// - Returns: nil at Ctrl-D, at the end of input, and when a signal came that stops what is done.
    package static func next(_ interrupts: any Interrupts) -> Character? {
        TerminalMode.quietly { read(interrupts) }
    }

    /// The same with the arrows, which send ESC and two characters more: →, ←, ↑ and ↓. The keyboard has to
    /// be quiet (`TerminalMode.quietly`), so that no key comes between two of them.
    package static func nextOrArrow(_ interrupts: any Interrupts) -> Character? {
        guard let key = read(interrupts) else { return nil }
        // The key Escape sends nothing behind it.
        guard key == "\u{1B}", isWaiting, let second = read(interrupts) else { return key }
        guard second == "[" || second == "O", isWaiting, let third = read(interrupts) else {
            return second
        }
        switch third {
        case "A": return "↑"
        case "B": return "↓"
        case "C": return "→"
        case "D": return "←"
        default: return "?"
        }
    }

    /// Whether more was typed, or comes at once.
    private static var isWaiting: Bool {
        var wait = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&wait, 1, 50) > 0
    }

    private static func read(_ interrupts: any Interrupts) -> Character? {
        while !interrupts.shouldStop() {
            var waits = [
                pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
                pollfd(fd: Signals.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&waits, nfds_t(waits.count), -1)
            guard waits[0].revents != 0, !interrupts.shouldStop() else { continue }
            var byte: UInt8 = 0
            let count = Foundation.read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count == 1, byte != 4 else { return nil }
            return byte < 0x80 ? Character(Unicode.Scalar(byte)) : "?"
        }
        return nil
    }
}
