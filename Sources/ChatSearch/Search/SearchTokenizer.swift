import ChatCore
import Foundation

/// Cuts text into the tokens that the index holds, apart by spaces.
///
/// Letters and digits make words, folded to lower case without diacritics. Words of syllables (Hangul,
/// kana, ideographs) are held as overlapping pairs and their last syllable: `한국의` is `한국 국의 의`. So
/// every syllable begins exactly one token, a word is found inside a longer one, with a particle behind
/// it or another word before it, and a single syllable is found as a prefix. Words of different kinds
/// that touch (`PAC는`) are two words.
struct SearchTokenizer {
    /// What the letters that are neither ASCII nor syllables fold to; empty for what is no letter.
    private var folded: [UInt32: [UInt8]] = [:]

    private static let space = UInt8(ascii: " ")

    /// True for a scalar that is written in syllables without regular spaces.
    static func isSyllable(_ value: UInt32) -> Bool {
        switch value {
        // Not 0x3099 and 0x309A, which are marks.
        case 0xAC00...0xD7A3, 0x3041...0x3098, 0x309B...0x30FF, 0x3400...0x9FFF, 0xF900...0xFAFF,
            0x3131...0x318E, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    /// The tokens of `text`, apart by single spaces.
    mutating func tokens(of text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 2)
        var syllables: [Unicode.Scalar] = []
        func endWord() {
            if let last = bytes.last, last != Self.space { bytes.append(Self.space) }
        }
        func endSyllables() {
            for (index, first) in syllables.enumerated() {
                Self.append(first, to: &bytes)
                if index + 1 < syllables.count { Self.append(syllables[index + 1], to: &bytes) }
                bytes.append(Self.space)
            }
            syllables.removeAll(keepingCapacity: true)
        }
        for scalar in Normalization.nfc(text).unicodeScalars {
            let value = scalar.value
            if value < 0x80 {
                if !syllables.isEmpty { endSyllables() }
                switch UInt8(value) {
                case 0x30...0x39, 0x61...0x7A: bytes.append(UInt8(value))
                case 0x41...0x5A: bytes.append(UInt8(value) + 32)
                default: endWord()
                }
            } else if Self.isSyllable(value) {
                if syllables.isEmpty { endWord() }
                syllables.append(scalar)
            } else {
                let letters = fold(scalar)
                if letters == [Self.space] {
                    if !syllables.isEmpty { endSyllables() }
                    endWord()
                } else if !letters.isEmpty {
                    if !syllables.isEmpty { endSyllables() }
                    bytes.append(contentsOf: letters)
                }
            }
        }
        endSyllables()
        if bytes.last == Self.space { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The UTF-8 of a syllable, three bytes or four.
    private static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        let value = scalar.value
        if value < 0x10000 {
            bytes.append(0xE0 | UInt8(value >> 12))
        } else {
            bytes.append(0xF0 | UInt8(value >> 18))
            bytes.append(0x80 | UInt8(value >> 12 & 0x3F))
        }
        bytes.append(0x80 | UInt8(value >> 6 & 0x3F))
        bytes.append(0x80 | UInt8(value & 0x3F))
    }

    /// The letters without marks and in lower case; a space for what parts words; nothing for a mark.
    private mutating func fold(_ scalar: Unicode.Scalar) -> [UInt8] {
        if let known = folded[scalar.value] { return known }
        let parts = scalar.properties.lowercaseMapping.decomposedStringWithCanonicalMapping
        var result: [UInt8] = []
        for part in parts.unicodeScalars {
            switch part.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .spacingMark: continue
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter,
                .otherLetter, .decimalNumber, .letterNumber, .otherNumber, .privateUse:
                result.append(contentsOf: Array(String(part).utf8))
            default: result = [Self.space]
            }
        }
        folded[scalar.value] = result
        return result
    }
}

/// One word of a query or a text: a run of letters and digits, or of syllables.
struct SearchWord: Sendable, Equatable {
    /// As it stands in the text.
    let range: Range<String.Index>
    /// Folded as the index folds.
    let folded: String
    let isSyllabic: Bool

    /// The words of `text`, or of a part of it, in order.
    static func all(in text: String, within part: Range<String.Index>? = nil) -> [SearchWord] {
        var words: [SearchWord] = []
        var start: String.Index?
        var kind = Kind.apart
        let scalars = text.unicodeScalars
        func end(at index: String.Index) {
            if let from = start, kind != .apart {
                words.append(
                    SearchWord(
                        range: from..<index, folded: fold(String(scalars[from..<index]), kind),
                        isSyllabic: kind == .syllables))
            }
            start = nil
        }
        let part = part ?? scalars.startIndex..<scalars.endIndex
        var index = part.lowerBound
        while index < part.upperBound {
            let next = Self.kind(scalars[index])
            if next == .mark, start != nil {
                index = scalars.index(after: index)
                continue
            }
            if next != kind || start == nil {
                end(at: index)
                kind = next
                start = next == .apart || next == .mark ? nil : index
            }
            index = scalars.index(after: index)
        }
        end(at: part.upperBound)
        return words
    }

    private enum Kind { case apart, letters, syllables, mark }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        let value = scalar.value
        if value < 0x80 {
            let isLetter =
                (0x30...0x39).contains(value)
                || (0x61...0x7A).contains(value | 0x20) && value > 0x40
            return isLetter ? .letters : .apart
        }
        if SearchTokenizer.isSyllable(value) { return .syllables }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber, .letterNumber, .otherNumber, .privateUse:
            return .letters
        case .nonspacingMark, .enclosingMark, .spacingMark: return .mark
        default: return .apart
        }
    }

    private static func fold(_ text: String, _ kind: Kind) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        // The index holds syllables composed: が is not か with a mark.
        if kind == .syllables { return withoutMarks(Normalization.nfc(text)) }
        return Normalization.nfc(
            withoutMarks(text.lowercased().decomposedStringWithCanonicalMapping))
    }

    private static func withoutMarks(_ text: String) -> String {
        let parts = text.unicodeScalars.filter {
            ![.nonspacingMark, .enclosingMark, .spacingMark].contains(
                $0.properties.generalCategory)
        }
        return String(String.UnicodeScalarView(parts))
    }
}
