#if canImport(Darwin)
    import Foundation
#else
    @_spi(_Unicode) import Swift
#endif

/// Unicode normalisation form C, skipped where it can change nothing.
///
/// Off Apple's systems the standard library's own normaliser is used, though it is not yet public
/// interface: Foundation's there leaves an open Hangul syllable and the consonant after it apart, mixes
/// up scalars of different planes in its form D, and knows an older version of Unicode.
package enum Normalization {
    /// The NFC of `text`.
    package static func nfc(_ text: String) -> String {
        let table = inert
        for scalar in text.unicodeScalars where scalar.value >= 0x300 && !table[scalar.value] {
            return normalized(withShortRunsOfMarks(text))
        }
        return text
    }

    /// Characters of a text as a reader counts them: the Unicode scalars of its NFC.
    package static func characterCount(_ text: String) -> Int { nfc(text).unicodeScalars.count }

    private static func normalized(_ text: String) -> String {
        #if canImport(Darwin)
            return text.precomposedStringWithCanonicalMapping
        #else
            var result = String.UnicodeScalarView()
            result.append(contentsOf: text._nfc)
            return String(result)
        #endif
    }

    /// True when `scalar` is inert, see `inertRanges`.
    @inline(__always)
    package static func isInert(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x300 || inert[scalar.value]
    }

    /// Ranges of scalars that are *inert* under NFC: combining class 0, their own NFC, and never
    /// composed with what comes before them. Text of inert scalars is NFC, and text may be cut before
    /// an inert scalar without changing the NFC of either side. Not all of them are listed; a test
    /// derives the properties of every one that is.
    package static let inertRanges: [ClosedRange<UInt32>] = [
        0x0000...0x02FF, 0x1EA0...0x1EFF,  // Latin
        0x038E...0x0482, 0x048A...0x052F,  // Greek, Cyrillic
        0x0531...0x0556, 0x0561...0x0586,  // Armenian
        0x05D0...0x05EA, 0x0621...0x064A, 0x0660...0x066F,  // Hebrew, Arabic
        0x0E01...0x0E37, 0x0E40...0x0E47, 0x10D0...0x10FF,  // Thai, Georgian
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

    /// The text prepared for a normaliser, which does not change its NFC: long runs of combining marks
    /// are brought into canonical order (normalisers sort them by insertion, so that a line of a hundred
    /// thousand would take seconds), and the three Tibetan vowels of `parts` are taken apart (the
    /// standard library does not see that they start with a mark).
    private static func withShortRunsOfMarks(_ text: String) -> String {
        let longestRun = 30
        var run = 0
        for scalar in text.unicodeScalars {
            run = isMark(scalar) ? run + 1 : 0
            if run > longestRun || parts(scalar).count > 1 { return withSortedMarks(text) }
        }
        return text
    }

    private static func withSortedMarks(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var marks: [(scalar: Unicode.Scalar, combiningClass: UInt8)] = []
        func takeMarks() {
            // The standard library's sort is stable, as canonical ordering has to be.
            marks.sort { $0.combiningClass < $1.combiningClass }
            result.append(contentsOf: marks.lazy.map(\.scalar))
            marks.removeAll(keepingCapacity: true)
        }
        for scalar in text.unicodeScalars {
            if isMark(scalar) {
                for part in parts(scalar) {
                    marks.append((part, part.properties.canonicalCombiningClass.rawValue))
                }
            } else {
                takeMarks()
                result.append(scalar)
            }
        }
        takeMarks()
        return String(result)
    }

    /// True for what canonical ordering may move, or turns into marks that it may.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x300 else { return false }
        return scalar.properties.canonicalCombiningClass != .notReordered || parts(scalar).count > 1
    }

    /// Three Tibetan vowels are no marks but decompose into two; every other scalar stands as it is.
    private static func parts(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        switch scalar.value {
        case 0x0F73: ["\u{0F71}", "\u{0F72}"]
        case 0x0F75: ["\u{0F71}", "\u{0F74}"]
        case 0x0F81: ["\u{0F71}", "\u{0F80}"]
        default: [scalar]
        }
    }
}
