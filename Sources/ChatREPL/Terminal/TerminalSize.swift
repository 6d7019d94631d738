import Foundation

/// How wide the terminal is.
package enum TerminalSize {
    /// Columns of the terminal behind `output`; `$COLUMNS` or 80 where it is none.
    package static func columns(_ output: Output = .standard) -> Int {
        var size = winsize()
        if ioctl(output.descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            return Int(size.ws_col)
        }
        let named = ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init)
        return named.map { min(1_000, max(20, $0)) } ?? 80
    }
}
