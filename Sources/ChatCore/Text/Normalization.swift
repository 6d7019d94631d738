import Foundation

/// Unicode normalisation form C, done by Foundation and skipped where it can change nothing.
enum Normalization {
    /// Ranges of scalars that are *inert* under NFC: combining class 0, their own NFC, and never
    /// composed with what comes before them. Text of inert scalars is NFC, and text may be cut before
    /// an inert scalar without changing the NFC of either side. A test derives these properties of
    /// every scalar listed here from Foundation.
    static let inertRanges: [ClosedRange<UInt32>] = [
        0x0000...0x02FF,  // Latin
        0x0400...0x0482, 0x048A...0x052F,  // Cyrillic
        0x2010...0x2027, 0x2030...0x205E,  // punctuation
        0x20A0...0x20C0, 0x2190...0x21FF,  // currency, arrows
        0x2500...0x26FF,  // boxes, blocks, shapes, symbols
        0x3001...0x3029, 0x3030...0x3096, 0x309D...0x30FF,  // kana
        0x3131...0x318E,  // Hangul letters as found on keyboards
        0x4E00...0x9FFF,  // ideographs
        0xAC00...0xD7A3,  // Hangul syllables
        0xFF01...0xFF9D,  // full-width forms
        0x1F300...0x1FAFF,  // emoji
    ]

    private static let inert: ScalarTable<Bool> = {
        var table = ScalarTable(empty: false)
        for range in inertRanges {
            for value in range { table[value] = true }
        }
        return table
    }()

    /// True when `scalar` is on the list of inert scalars.
    @inline(__always)
    static func isInert(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x300 || inert[scalar.value]
    }

    /// The NFC of `text`.
    static func nfc(_ text: String) -> String {
        let table = inert
        for scalar in text.unicodeScalars where scalar.value >= 0x300 && !table[scalar.value] {
            return text.precomposedStringWithCanonicalMapping
        }
        return text
    }
}
