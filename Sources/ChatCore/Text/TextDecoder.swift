/// Turns symbols back into text as they arrive.
///
/// It returns only what no later symbol can change: a Hangul syllable that may still take a
/// consonant, and a group of half-bytes that is not complete, are held back.
public struct TextDecoder: Sendable {
    private let scalars: [Unicode.Scalar]
    /// The first half of a byte, while the second is awaited.
    private var highHalf: UInt8?
    /// The value so far, the bytes still due and the least value of a scalar of that length.
    private var value: UInt32 = 0
    private var bytesDue = 0
    private var leastValue: UInt32 = 0
    /// A leading consonant or open syllable that the next scalar may extend.
    private var heldHangul: Unicode.Scalar?
    private var text = String.UnicodeScalarView()

    init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    /// Takes one symbol; returns the text that became certain, often one character, sometimes none.
    /// A mark ends whatever was held back and is not text itself; the same goes for a symbol outside the
    /// alphabet. Half-bytes that are not UTF-8 give U+FFFD.
    public mutating func push(_ symbol: Symbol) -> String {
        if symbol >= Alphabet.firstScalar, Int(symbol - Alphabet.firstScalar) < scalars.count {
            abandonBytes()
            accept(scalars[Int(symbol - Alphabet.firstScalar)])
        } else if (Alphabet.firstHalfByte..<Alphabet.firstScalar).contains(symbol) {
            let half = UInt8(symbol - Alphabet.firstHalfByte)
            if let high = highHalf {
                highHalf = nil
                accept(byte: high << 4 | half)
            } else {
                highHalf = half
            }
        } else {
            end()
        }
        return takeText()
    }

    /// Returns what was held back and makes the decoder ready for new text.
    public mutating func finish() -> String {
        end()
        return takeText()
    }

    private mutating func end() {
        abandonBytes()
        if let held = heldHangul { text.append(held) }
        heldHangul = nil
    }

    private mutating func takeText() -> String {
        guard !text.isEmpty else { return "" }
        defer { text = String.UnicodeScalarView() }
        return String(text)
    }

    /// An unfinished group of bytes can no longer be finished.
    private mutating func abandonBytes() {
        guard highHalf != nil || bytesDue > 0 else { return }
        highHalf = nil
        bytesDue = 0
        accept("\u{FFFD}")
    }

    private mutating func accept(byte: UInt8) {
        if bytesDue > 0 {
            guard byte & 0xC0 == 0x80 else {
                abandonBytes()
                return accept(byte: byte)
            }
            value = value << 6 | UInt32(byte & 0x3F)
            bytesDue -= 1
            if bytesDue == 0 {
                let whole = value >= leastValue ? Unicode.Scalar(value) : nil
                accept(whole ?? "\u{FFFD}")
            }
            return
        }
        switch byte {
        case 0x00...0x7F: accept(Unicode.Scalar(byte))
        case 0xC2...0xDF: (value, bytesDue, leastValue) = (UInt32(byte & 0x1F), 1, 0x80)
        case 0xE0...0xEF: (value, bytesDue, leastValue) = (UInt32(byte & 0x0F), 2, 0x800)
        case 0xF0...0xF4: (value, bytesDue, leastValue) = (UInt32(byte & 0x07), 3, 0x10000)
        default: accept("\u{FFFD}")
        }
    }

    private mutating func accept(_ scalar: Unicode.Scalar) {
        var scalar = scalar
        if let held = heldHangul {
            heldHangul = nil
            if let whole = Hangul.compose(held.value, scalar.value).flatMap(Unicode.Scalar.init) {
                scalar = whole
            } else {
                text.append(held)
            }
        }
        if Hangul.isLead(scalar.value) || Hangul.isOpenSyllable(scalar.value) {
            heldHangul = scalar
        } else {
            text.append(scalar)
        }
    }
}
