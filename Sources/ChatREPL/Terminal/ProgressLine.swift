import Foundation

/// A bar on standard error that stays on its line and leaves nothing behind. Where standard error is no
/// terminal it is silent.
package final class ProgressLine {
    private let title: String
    private let isTerminal = Output.error.isTerminal
    private let start = Date()
    private var shown = -1

    package init(_ title: String) { self.title = title }

    /// Shows a share of 0 to 1. What is done within half a second is not shown at all.
    package func show(_ share: Double) {
        guard isTerminal, Date().timeIntervalSince(start) > 0.5 else { return }
        let percent = Int(min(1, max(0, share)) * 100)
        guard percent != shown else { return }
        shown = percent
        let width = 20
        let filled = percent * width / 100
        let bar =
            String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        let text = "\(title)  [\(bar)] \(percent) %"
        try? Output.error.write(
            "\r" + String(text.prefix(TerminalSize.columns(.error) - 1)) + "\u{1B}[K")
    }

    /// Takes the bar away.
    package func end() {
        guard shown >= 0 else { return }
        shown = -1
        try? Output.error.write("\r\u{1B}[K")
    }
}
