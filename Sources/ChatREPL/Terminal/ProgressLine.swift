import Foundation

/// A bar on standard error that stays on its line and leaves nothing behind. Where a line cannot be
/// written over it is silent.
package final class ProgressLine {
    private let title: String
    private let canRedraw = Output.error.canRedraw
    private let start = Date()
    private var shown = -1

    package init(_ title: String) { self.title = title }

    /// Shows a share of 0 to 1. What is done within half a second is not shown at all.
    package func show(_ share: Double) {
        guard canRedraw, Date().timeIntervalSince(start) > 0.5 else { return }
        let percent = Int(min(1, max(0, share)) * 100)
        guard percent != shown else { return }
        shown = percent
        try? Self.put("\(title)  \(Self.bar(share)) \(percent) %", on: .error)
    }

    /// Takes the bar away.
    package func end() {
        guard shown >= 0 else { return }
        shown = -1
        try? Self.clear(.error)
    }

    /// A share of 0 to 1 as `[#####...............]`.
    package static func bar(_ share: Double) -> String {
        let width = 20
        let filled = Int(Double(width) * min(1, max(0, share)))
        return "[" + String(repeating: "#", count: filled)
            + String(repeating: ".", count: width - filled) + "]"
    }

    /// Puts `text`, cut to fit, in place of what stands on the line.
    package static func put(_ text: String, on output: Output) throws {
        try output.write("\r" + TextWrap.cut(text, TerminalSize.columns(output) - 1) + "\u{1B}[K")
    }

    /// Leaves the line empty.
    package static func clear(_ output: Output) throws { try output.write("\r\u{1B}[K") }
}
