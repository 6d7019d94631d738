/// Colours and weights of what is shown. Plain where colour is unwanted (`NO_COLOR`, `TERM=dumb`) or
/// cannot be (not a terminal).
///
/// The only escape sequences charchat sends by itself are SGR ("select graphic rendition",
/// ECMA-48 8.3.117), `ESC [ code m` and `ESC [ 0 m` to end it, EL ("erase in line", 8.3.41), `ESC [ K`,
/// behind a progress bar and where a word goes to the next line, and there CUF ("cursor forward", 8.3.20),
/// `ESC [ n C`; and where it is asked to, what fills the terminal's `Clipboard`.
package struct Style: Sendable, Equatable {
    package let isColored: Bool

    package static let plain = Style(isColored: false)

    package init(isColored: Bool) { self.isColored = isColored }

    /// The style for an output: `NO_COLOR` (no-color.org) counts when it is set and not empty.
    package init(isTerminal: Bool, environment: [String: String]) {
        let refused = !(environment["NO_COLOR"] ?? "").isEmpty
        let term = environment["TERM"] ?? ""
        isColored = isTerminal && !refused && term != "dumb" && !term.isEmpty
    }

    package func bold(_ text: String) -> String { painted(text, "1") }
    package func dim(_ text: String) -> String { painted(text, "2") }
    package func problem(_ text: String) -> String { painted(text, "31") }
    package func prompt(_ text: String) -> String { painted(text, "1;32") }
    package func name(_ text: String) -> String { painted(text, "36") }
    /// What a search matched.
    package func match(_ text: String) -> String { painted(text, "1;33") }
    package func good(_ text: String) -> String { painted(text, "32") }
    package func warning(_ text: String) -> String { painted(text, "33") }
    /// A shade of the 256-colour palette behind the text.
    package func shade(_ text: String, _ color: Int) -> String { painted(text, "48;5;\(color)") }

    private func painted(_ text: String, _ code: String) -> String {
        isColored && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
