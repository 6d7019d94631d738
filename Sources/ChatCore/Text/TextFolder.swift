import Foundation

/// Makes the same of what a reader takes for the same: both searches compare texts by it.
///
/// It is Unicode's NFKC_Casefold (UAX #31) with lower case for case folding: widths, ligatures and
/// other forms of a letter are one, and what is not seen is left out. Some things differ.
/// - Marks are left out as well (`café` is `cafe`), but not where they are vowels: in Thai, Lao, Khmer
///   and Burmese. Kana keep their voicing.
/// - Letters of Hangul as keyboards write them (ㅋㅋ) stay as they are: NFKC would make them join.
/// - The colour of an emoji's skin is left out, and ™ joins no word.
package struct TextFolder {
    /// What a scalar becomes; a part without a kind is a mark.
    private struct Part {
        let scalar: Unicode.Scalar
        let kind: FoldedScalar.Kind?
    }

    private var known: [UInt32: [Part]] = [:]

    package init() {}

    /// What the scalars of a text in NFC become, in order.
    package mutating func scalars(of text: String) -> [FoldedScalar] {
        var folded: [FoldedScalar] = []
        var start = 0
        for scalar in text.unicodeScalars {
            let end = start + UTF8.width(scalar)
            if let plain = Self.plain(scalar) {
                Self.append(plain, start, end, to: &folded)
            } else {
                let parts = parts(of: scalar)
                for part in parts { Self.append(part, start, end, to: &folded) }
                // What is not seen belongs to what it stands behind.
                if parts.isEmpty, !folded.isEmpty { folded[folded.count - 1].end = end }
            }
            start = end
        }
        return folded
    }

    /// A text in NFC, folded. Line ends stay.
    package mutating func text(of text: String) -> String {
        var result = String.UnicodeScalarView()
        // By lines, so that memory stays bounded: no mark joins what a line end parts.
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            if number > 0 { result.append("\n") }
            result.append(contentsOf: scalars(of: String(Substring(line))).map(\.scalar))
        }
        return String(result)
    }

    private static func append(
        _ part: Part, _ start: Int, _ end: Int, to folded: inout [FoldedScalar]
    ) {
        let last = folded.last
        if let kind = part.kind {
            let isSecondOfFlag =
                isFlagLetter(part.scalar)
                && (last.map { $0.startsUnit && isFlagLetter($0.scalar) } ?? false)
            folded.append(
                FoldedScalar(
                    scalar: part.scalar, kind: kind, startsUnit: !isSecondOfFlag, start: start,
                    end: end))
        } else if let last, last.kind == .unspaced {
            folded.append(
                FoldedScalar(
                    scalar: part.scalar, kind: .unspaced, startsUnit: false, start: start, end: end)
            )
        } else if let last {
            if last.kind == .syllable, let voiced = voiced(last.scalar, part.scalar) {
                folded[folded.count - 1].scalar = voiced
            }
            folded[folded.count - 1].end = end
        }
    }
}

// MARK: - Scalar by scalar

extension TextFolder {
    /// What most scalars of most texts become, without a look at their properties.
    private static func plain(_ scalar: Unicode.Scalar) -> Part? {
        switch scalar.value {
        case 0x30...0x39, 0x61...0x7A: Part(scalar: scalar, kind: .letter)
        case 0x41...0x5A:
            Part(scalar: Unicode.Scalar(UInt8(scalar.value) + 0x20), kind: .letter)
        case 0..<0x80: Part(scalar: scalar, kind: .apart)
        case 0xAC00...0xD7A3, 0x4E00...0x9FFF, 0x3041...0x3096, 0x30A1...0x30FA:
            Part(scalar: scalar, kind: .syllable)
        default: nil
        }
    }

    private mutating func parts(of scalar: Unicode.Scalar) -> [Part] {
        if let parts = known[scalar.value] { return parts }
        var parts: [Part] = []
        if !scalar.properties.isDefaultIgnorableCodePoint {
            var text = String(scalar)
            if !Self.isKept(scalar.value) {
                text = text.precomposedStringWithCompatibilityMapping
            }
            for scalar in text.lowercased().unicodeScalars {
                if Self.isSyllable(scalar.value) {
                    parts.append(Part(scalar: scalar, kind: .syllable))
                } else {
                    let bare = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars
                    parts += bare.map { Part(scalar: $0, kind: Self.kind(of: $0)) }
                }
            }
        }
        known[scalar.value] = parts
        return parts
    }

    /// What a scalar that is no syllable is; nil for a mark.
    private static func kind(of scalar: Unicode.Scalar) -> FoldedScalar.Kind? {
        let properties = scalar.properties
        if properties.isEmojiModifier { return nil }
        if isEmoji(scalar) { return .emoji }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: return nil
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            return isUnspaced(scalar.value) ? .unspaced : .letter
        case .decimalNumber, .letterNumber, .otherNumber, .privateUse: return .letter
        default: return .apart
        }
    }

    private static func isSyllable(_ value: UInt32) -> Bool {
        switch value {
        // Not 0x3099 and 0x309A, which are marks.
        case 0xAC00...0xD7A3, 0x3041...0x3098, 0x309B...0x30FF, 0x3400...0x9FFF, 0xF900...0xFAFF,
            0x3131...0x318E, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    /// ㄱ to ㆎ, ℠ and ™.
    private static func isKept(_ value: UInt32) -> Bool {
        (0x3131...0x318E).contains(value) || value == 0x2120 || value == 0x2122
    }

    private static func isUnspaced(_ value: UInt32) -> Bool {
        switch value {
        // Thai and Lao; Burmese, with its extensions; Khmer.
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0xA9E0...0xA9FF, 0xAA60...0xAA7F, 0x1780...0x17FF:
            true
        default: false
        }
    }

    /// Whether it is seen as a picture. Arrows and signs such as © may be, and rarely are.
    private static func isEmoji(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        return properties.isEmojiPresentation
            || properties.isEmoji
                && ((0x2600..<0x2900).contains(scalar.value) || scalar.value >= 0x1F000)
    }

    /// Two of these make a flag.
    private static func isFlagLetter(_ scalar: Unicode.Scalar) -> Bool {
        (0x1F1E6...0x1F1FF).contains(scalar.value)
    }

    /// Kana with the mark that voices it, which comes apart where it was half as wide.
    private static func voiced(
        _ kana: Unicode.Scalar, _ mark: Unicode.Scalar
    ) -> Unicode.Scalar? {
        guard mark.value == 0x3099 || mark.value == 0x309A else { return nil }
        var both = String.UnicodeScalarView()
        both.append(kana)
        both.append(mark)
        let composed = Normalization.nfc(String(both)).unicodeScalars
        return composed.count == 1 ? composed.first : nil
    }
}

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
