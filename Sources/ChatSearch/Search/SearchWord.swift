import ChatCore

/// One word of a query or a text.
struct SearchWord: Sendable, Equatable {
    /// What is found only as a whole: a syllable, a letter with its vowel signs, an emoji, and all of a
    /// word of letters.
    struct Unit: Sendable, Equatable {
        /// As the index holds it.
        let text: String
        /// As it stands in the text.
        let range: Range<String.Index>
    }

    let kind: FoldedScalar.Kind
    /// As it stands in the text.
    let range: Range<String.Index>
    /// At least one.
    let units: [Unit]

    /// As the index holds it.
    var folded: String { units.map(\.text).joined() }
    /// Whether it is found inside longer words.
    var isInside: Bool { kind != .letter }
    /// Its units, each with the next one.
    var pairs: [String] { zip(units, units.dropFirst()).map { $0.text + $1.text } }
}
