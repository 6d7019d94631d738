/// Makes text from a model, a transcript or a file safe to show: control characters and escape
/// sequences are shown as pictures, not obeyed by the terminal.
///
/// C0 controls become their Unicode control pictures (ESC is shown as ␛), C1 controls and the
/// invisible direction marks that can reorder a line become `⟨U+009B⟩`. Everything else, Hangul and
/// emoji included, passes unchanged. It works scalar by scalar, so a stream can be passed piecewise.
package enum VisibleText {
    /// For text that may have several lines: line feeds and tabs stay.
    package static func lines(_ text: String) -> String { shown(text, keeping: ["\n", "\t"]) }

    /// For text that has to stay on its line: a line feed becomes ␤.
    package static func oneLine(_ text: String) -> String { shown(text, keeping: []) }

    /// One line of at most `limit` characters: line ends and tabs become spaces, a cut ends in "…".
    package static func line(_ text: String, limit: Int) -> String {
        let start = text.prefix(limit + 1)
        let flat = String(start.map { $0.isNewline || $0 == "\t" ? " " : $0 }.prefix(limit))
        return oneLine(flat) + (start.count > limit ? "…" : "")
    }

    private static func shown(_ text: String, keeping kept: Set<Unicode.Scalar>) -> String {
        guard text.unicodeScalars.contains(where: { needsPicture($0) && !kept.contains($0) }) else {
            return text
        }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if !needsPicture(scalar) || kept.contains(scalar) {
                result.append(scalar)
            } else {
                result.append(contentsOf: picture(of: scalar).unicodeScalars)
            }
        }
        return String(result)
    }

    private static func needsPicture(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x200E, 0x200F, 0x061C, 0x202A...0x202E,
            0x2066...0x2069:
            true
        default: false
        }
    }

    private static func picture(of scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x0A: return "␤"
        case 0..<0x20: return Unicode.Scalar(0x2400 + scalar.value).map(String.init) ?? "?"
        case 0x7F: return "␡"
        default:
            let hex = String(scalar.value, radix: 16, uppercase: true)
            return "⟨U+\(String(repeating: "0", count: max(0, 4 - hex.count)))\(hex)⟩"
        }
    }
}
