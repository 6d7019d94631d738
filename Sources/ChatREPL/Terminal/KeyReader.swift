import Foundation

/// Single keys at a terminal, without Enter and without echo.
package enum KeyReader {
    /// Waits for a key. One that is no ASCII is told as the letter that is on it where it is one of
    /// `koreanKeys`, and else as "?".
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

    /// What the keys that something is done by send with the Korean layout, and their Latin letters.
    private static let koreanKeys: [String: Character] = ["ㅂ": "q", "ㅜ": "n", "ㅠ": "b", "ㅔ": "p"]

    private static func read(_ interrupts: any Interrupts) -> Character? {
        guard let first = readByte(interrupts) else { return nil }
        guard first >= 0x80 else { return Character(Unicode.Scalar(first)) }
        // The rest of a character comes at once.
        var bytes = [first]
        let count = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
        while bytes.count < count, isWaiting, let byte = readByte(interrupts) { bytes.append(byte) }
        return koreanKeys[String(decoding: bytes, as: UTF8.self)] ?? "?"
    }

    /// Nil as `next` tells it.
    private static func readByte(_ interrupts: any Interrupts) -> UInt8? {
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
            return byte
        }
        return nil
    }
}
