/// The arithmetic between Hangul syllables and conjoining jamo (The Unicode Standard, section 3.12).
/// It is written out, where everything else is left to Foundation, because generated text has to be
/// put together jamo by jamo as it arrives.
package enum Hangul {
    package static let firstSyllable: UInt32 = 0xAC00
    static let syllableCount: UInt32 = 11172
    static let firstLead: UInt32 = 0x1100
    static let leadCount: UInt32 = 19
    static let firstVowel: UInt32 = 0x1161
    static let vowelCount: UInt32 = 21
    /// One before the first trailing consonant: index 0 stands for none.
    static let tailBase: UInt32 = 0x11A7
    package static let tailCount: UInt32 = 28

    /// True for a syllable such as 가 that is closed by no consonant, and so can still take one.
    static func isOpenSyllable(_ value: UInt32) -> Bool {
        let index = value &- firstSyllable
        return index < syllableCount && index % tailCount == 0
    }

    /// True for a whole syllable, 가 to 힣.
    package static func isSyllable(_ value: UInt32) -> Bool {
        value &- firstSyllable < syllableCount
    }

    /// Whether a text contains a whole syllable.
    package static func occurs(in text: String) -> Bool {
        text.unicodeScalars.contains { isSyllable($0.value) }
    }

    /// A syllable with another vowel, one of six simple and common ones, by a number of 0..<6.
    package static func exchangingVowel(of syllable: UInt32, number: Int) -> UInt32 {
        let code = syllable - firstSyllable
        let block = vowelCount * tailCount
        let vowels: [UInt32] = [0, 4, 8, 13, 18, 20]
        return firstSyllable + code / block * block + vowels[number] * tailCount + code % tailCount
    }

    static func isLead(_ value: UInt32) -> Bool { value &- firstLead < leadCount }
    static func isVowel(_ value: UInt32) -> Bool { value &- firstVowel < vowelCount }
    /// True for the trailing consonants that compose, U+11A8...U+11C2.
    static func isTail(_ value: UInt32) -> Bool { value &- (tailBase + 1) < tailCount - 1 }

    /// Calls `body` with the two or three jamo of a syllable, or once with any other scalar value.
    @inline(__always)
    package static func decompose(_ value: UInt32, _ body: (UInt32) -> Void) {
        let index = value &- firstSyllable
        guard index < syllableCount else { return body(value) }
        body(firstLead + index / (vowelCount * tailCount))
        body(firstVowel + index / tailCount % vowelCount)
        let tail = index % tailCount
        if tail != 0 { body(tailBase + tail) }
    }

    /// The one scalar value that `first` and `second` make together, if they do.
    static func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if isLead(first), isVowel(second) {
            let lead = first - firstLead
            let vowel = second - firstVowel
            return firstSyllable + (lead * vowelCount + vowel) * tailCount
        }
        if isOpenSyllable(first), isTail(second) { return first + (second - tailBase) }
        return nil
    }
}
