import Foundation

/// Single keys at a terminal, without Enter and without echo.
package enum KeyReader {
    /// Waits for a key. One that is no ASCII is told as "?".
    /// - Returns: nil at Ctrl-D, at the end of input, and when a signal came that stops what is done.
    package static func next(_ interrupts: any Interrupts) -> Character? {
        TerminalMode.quietly {
            while !interrupts.shouldStop() {
                var waits = [
                    pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: Signals.descriptor, events: Int16(POLLIN), revents: 0),
                ]
                _ = poll(&waits, nfds_t(waits.count), -1)
                guard waits[0].revents != 0, !interrupts.shouldStop() else { continue }
                var byte: UInt8 = 0
                let count = read(STDIN_FILENO, &byte, 1)
                if count < 0, errno == EINTR || errno == EAGAIN { continue }
                guard count == 1, byte != 4 else { return nil }
                return byte < 0x80 ? Character(Unicode.Scalar(byte)) : "?"
            }
            return nil
        }
    }
}
