import Foundation

/// The terminal's line discipline while a reply streams: no echo and no line editing by the kernel,
/// so that what is typed ahead waits for the next prompt unseen. Ctrl-C and Ctrl-Z still signal.
package enum TerminalMode {
    /// The mode to go back to, while a reply streams.
    nonisolated(unsafe) private static var found: termios?

    /// Runs `body` with a quiet keyboard, and always puts the terminal back.
    package static func quietly<T>(_ body: () throws -> T) rethrows -> T {
        quiet()
        defer { restore() }
        return try body()
    }

    /// Puts the terminal in order around a stop in mid-reply.
    package static func whileSuspended(_ body: () -> Void) {
        let wasQuiet = found != nil
        restore()
        body()
        if wasQuiet { quiet() }
    }

    /// Puts in order a terminal that a killed program left with neither echo nor line editing, as a chat
    /// killed under `make` does: readline would take it for a wish that nothing typed be shown.
    package static func mend() {
        var mode = termios()
        guard tcgetattr(STDIN_FILENO, &mode) == 0,
            mode.c_lflag & tcflag_t(ECHO | ICANON) == 0
        else { return }
        mode.c_lflag |= tcflag_t(ECHO | ICANON | ISIG | IEXTEN)
        mode.c_iflag |= tcflag_t(ICRNL)
        mode.c_oflag |= tcflag_t(OPOST)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &mode)
    }

    private static func quiet() {
        var mode = termios()
        guard tcgetattr(STDIN_FILENO, &mode) == 0 else { return }
        found = mode
        mode.c_lflag &= ~tcflag_t(ECHO | ICANON)
        withUnsafeMutableBytes(of: &mode.c_cc) {
            $0[Int(VMIN)] = 1
            $0[Int(VTIME)] = 0
        }
        // Drain, not flush: what was typed already is kept.
        tcsetattr(STDIN_FILENO, TCSADRAIN, &mode)
    }

    /// For a handler that is about to end the process.
    static func restoreInHandler() {
        guard var mode = found else { return }
        tcsetattr(STDIN_FILENO, TCSANOW, &mode)
    }

    private static func restore() {
        guard var mode = found else { return }
        tcsetattr(STDIN_FILENO, TCSADRAIN, &mode)
        found = nil
    }
}
