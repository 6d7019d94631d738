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
        try? Self.put(
            Self.line(title, share, columns: TerminalSize.columns(.error)), on: .error)
    }

    /// Takes the bar away.
    package func end() {
        guard shown >= 0 else { return }
        shown = -1
        try? Self.clear(.error)
    }

    /// A title, a bar and its per cent on one line: in a narrow terminal the bar gives way.
    package static func line(_ title: String, _ share: Double, columns: Int) -> String {
        let percent = Int(min(1, max(0, share)) * 100)
        // Beside it stand two spaces, its brackets and ` 100 %`, and the last column stays free.
        let room = columns - 1 - DisplayWidth.of(title) - 10
        let bar = room < 4 ? "" : Self.bar(share, width: min(20, room)) + " "
        return "\(title)  \(bar)\(percent) %"
    }

    /// A share of 0 to 1 as `[#####...............]`.
    package static func bar(_ share: Double, width: Int = 20) -> String {
        let filled = Int(Double(width) * min(1, max(0, share)))
        return "[" + String(repeating: "#", count: filled)
            + String(repeating: ".", count: width - filled) + "]"
    }

    /// Puts `text`, cut to fit, in place of what stands on the line.
    package static func put(_ text: String, on output: Output) throws {
        try output.write("\r" + TextWrap.cut(text, TerminalSize.columns(output) - 1) + "\u{1B}[K")
    }

    /// Leaves the line empty.
    /// - Parameter text: what `put` put there; in a terminal that became narrower it takes lines above.
    package static func clear(_ output: Output, of text: String = "") throws {
        let above = max(0, DisplayWidth.of(text) - 1) / max(1, TerminalSize.columns(output))
        try output.write(above > 0 ? "\r\u{1B}[\(above)A\u{1B}[J" : "\r\u{1B}[K")
    }
}
