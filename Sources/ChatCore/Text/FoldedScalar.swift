/// One scalar of a text as searches compare it, and where it comes from.
package struct FoldedScalar: Sendable, Equatable {
    /// How a text is searched where a scalar stands.
    package enum Kind: Sendable {
        /// It parts words: white space, punctuation, most symbols.
        case apart
        /// Letters and digits that make whole words.
        case letter
        /// Hangul, kana and ideographs: words are found inside longer ones.
        case syllable
        /// Thai, Lao, Khmer and Burmese: nothing parts words, so they are found inside longer ones.
        case unspaced
        /// Found wherever it stands.
        case emoji
    }

    package internal(set) var scalar: Unicode.Scalar
    package let kind: Kind
    /// False where it cannot stand without the one before: a vowel sign, the second letter of a flag.
    package let startsUnit: Bool
    /// The UTF-8 bytes of the text that it comes from. Those of a ligature's letters are the same.
    package let start: Int
    package internal(set) var end: Int
}
