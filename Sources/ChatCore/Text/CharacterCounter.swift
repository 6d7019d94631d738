/// Counts the characters that symbols spell, where a character is a Unicode scalar of the text in NFC:
/// a Hangul syllable is one, and so is a scalar spelled in half-bytes. Marks are none.
public struct CharacterCounter: Sendable {
    public private(set) var count = 0
    private let alphabet: Alphabet
    private var highHalf: UInt8?
    /// The last scalar, where it may be composed with the next.
    private var last: UInt32 = 0

    public init(_ alphabet: Alphabet) { self.alphabet = alphabet }

    /// Takes the next symbol of a text that `Alphabet.encode` spelled.
    public mutating func push(_ symbol: Symbol) {
        if symbol >= Alphabet.firstScalar {
            let index = Int(symbol - Alphabet.firstScalar)
            guard index < alphabet.scalars.count else { return }
            let value = alphabet.scalars[index].value
            if let whole = Hangul.compose(last, value) {
                last = whole
            } else {
                count += 1
                last = value
            }
        } else if symbol >= Alphabet.firstHalfByte {
            let half = UInt8(symbol - Alphabet.firstHalfByte)
            last = 0
            guard let high = highHalf else {
                highHalf = half
                return
            }
            highHalf = nil
            if (high << 4 | half) & 0xC0 != 0x80 { count += 1 }
        } else {
            last = 0
        }
    }
}

extension Alphabet {
    /// True unless `symbol` may be the later part of a character: a half-byte or a jamo that is no lead.
    func startsCharacter(_ symbol: Symbol) -> Bool {
        guard symbol >= Self.firstScalar else { return symbol < Self.firstHalfByte }
        let index = Int(symbol - Self.firstScalar)
        guard index < scalars.count else { return true }
        return !Hangul.isVowel(scalars[index].value) && !Hangul.isTail(scalars[index].value)
    }
}
