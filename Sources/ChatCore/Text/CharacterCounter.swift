/// Counts the characters that symbols spell, symbol by symbol: one for each Unicode scalar of the text in
/// NFC, and one for each mark of a dialogue, as for the end of a line.
///
/// A Hangul syllable is counted with its first letter, a character spelled in half-bytes with the last of
/// them. The count over `Alphabet.encode(text)` is that of the scalars of the text's NFC. A row of symbols
/// that begins within a character is understood from the next learned character on, if not before.
package struct CharacterCounter: Sendable, Equatable, Codable {
    /// What a scalar may still be composed with.
    private enum Syllable: Int, Codable { case none, lead, open }

    private var syllable = Syllable.none
    /// Half-bytes of a character that is not whole, and how many.
    private var bits: UInt32 = 0
    private var halves = 0

    package init() {}

    /// False between the half-bytes of a character.
    package var isWhole: Bool { halves == 0 }

    /// False for one that no text leads to; a file may say anything.
    package var isPossible: Bool { (0..<8).contains(halves) }

    /// Takes the next symbol.
    /// - Returns: whether a character is counted with it.
    @discardableResult
    package mutating func counts(_ symbol: Symbol, in alphabet: Alphabet) -> Bool {
        if symbol >= Alphabet.firstHalfByte, symbol < Alphabet.firstScalar {
            return take(halfByte: UInt32(symbol - Alphabet.firstHalfByte))
        }
        (bits, halves) = (0, 0)
        let index = Int(symbol) - Int(Alphabet.firstScalar)
        guard index >= 0, index < alphabet.scalars.count else {
            syllable = .none
            return true
        }
        return take(scalar: alphabet.scalars[index].value)
    }

    private mutating func take(halfByte half: UInt32) -> Bool {
        let continues = (8...11).contains(half)
        // Every byte after the first begins with a half of 8 to 11, and no first byte does.
        if halves > 0, halves % 2 == 0, !continues { (bits, halves) = (0, 0) }
        if halves == 0, continues { return false }
        bits = bits << 4 | half
        halves += 1
        guard halves >= Self.length(bits >> UInt32(4 * (halves - 1))) else { return false }
        // The conjoining letters of Hangul, too, may be spelled so; all of them take three bytes.
        let value: UInt32 =
            halves == 6 ? bits >> 4 & 0xF000 | bits >> 2 & 0xFC0 | bits & 0x3F : 0
        (bits, halves) = (0, 0)
        return take(scalar: value)
    }

    /// Half-bytes of a character, by the first of them.
    private static func length(_ first: UInt32) -> Int {
        switch first {
        case ..<8: 2
        case 14: 6
        case 15: 8
        default: 4
        }
    }

    private mutating func take(scalar value: UInt32) -> Bool {
        switch syllable {
        case .lead where Hangul.isVowel(value):
            syllable = .open
            return false
        case .open where Hangul.isTail(value):
            syllable = .none
            return false
        default:
            syllable =
                Hangul.isLead(value) ? .lead : Hangul.isOpenSyllable(value) ? .open : .none
            return true
        }
    }
}

extension Alphabet {
    /// Characters that a row of symbols spells, its marks among them; see `CharacterCounter`.
    package func characterCount(_ symbols: some Sequence<Symbol>) -> Int {
        var counter = CharacterCounter()
        return symbols.count { counter.counts($0, in: self) }
    }
}
