/// One unit of text to the model: an index into an `Alphabet`.
public typealias Symbol = UInt16

/// The symbols a model reads and writes, and how any Unicode text is spelled with them.
///
/// | symbols | stand for |
/// | --- | --- |
/// | 0, 1, 2 | the marks of a dialogue: user, assistant, end of an exchange. No text contains them |
/// | 3..<19 | half-bytes 0...15: the fallback for every scalar that is not in the alphabet |
/// | 19... | the learned scalars, in ascending order |
///
/// Text is brought into NFC, and each Hangul syllable is then spelled as its conjoining jamo, so that
/// eleven thousand syllables need 67 symbols. A scalar outside the alphabet is spelled as its UTF-8
/// bytes, each as two half-bytes, the high one first. So every string has an encoding and
/// `decode(encode(x))` is the NFC of `x`, scalar for scalar.
public struct Alphabet: Sendable {
    /// Opens what the user says.
    public static let userMark: Symbol = 0
    /// Opens the reply.
    public static let assistantMark: Symbol = 1
    /// Closes the reply.
    public static let endMark: Symbol = 2
    /// The symbol of half-byte 0; the other fifteen follow it.
    public static let firstHalfByte: Symbol = 3
    /// The symbol of the first learned scalar.
    public static let firstScalar: Symbol = 19
    /// The most scalars an alphabet can hold.
    public static let largestScalarCount = Int(Symbol.max) - Int(firstScalar) + 1

    /// The learned scalars, ascending, without repeats and without Hangul syllables.
    public let scalars: [Unicode.Scalar]
    private let table: ScalarTable<Symbol>

    /// An alphabet of `scalars`, in any order, repeats allowed. A Hangul syllable stands for its jamo.
    /// Of more than `largestScalarCount` the lowest are kept; the others have the fallback.
    public init(scalars: some Sequence<Unicode.Scalar>) {
        var values = Set<UInt32>()
        for scalar in scalars {
            Hangul.decompose(scalar.value) { values.insert($0) }
        }
        let kept = values.sorted().prefix(Self.largestScalarCount)
        self.scalars = kept.compactMap(Unicode.Scalar.init)
        var table = ScalarTable<Symbol>(empty: 0)
        for (index, value) in kept.enumerated() {
            table[value] = Self.firstScalar + Symbol(index)
        }
        self.table = table
    }

    /// Number of symbols, marks and half-bytes included: the width of the logits.
    public var count: Int { Int(Self.firstScalar) + scalars.count }

    /// The symbol of `scalar`, or nil where it is spelled in half-bytes or, for a syllable, in jamo.
    public func symbol(of scalar: Unicode.Scalar) -> Symbol? {
        let symbol = table[scalar.value]
        return symbol == 0 ? nil : symbol
    }

    /// True unless `symbol` may be the later part of a character: a half-byte or a jamo that is no lead.
    package func startsCharacter(_ symbol: Symbol) -> Bool {
        guard symbol >= Self.firstScalar else { return symbol < Self.firstHalfByte }
        let index = Int(symbol - Self.firstScalar)
        guard index < scalars.count else { return true }
        return !Hangul.isVowel(scalars[index].value) && !Hangul.isTail(scalars[index].value)
    }

    /// Spells `text`. Total: every string has an encoding, and no mark is ever part of it.
    public func encode(_ text: String) -> [Symbol] {
        var symbols: [Symbol] = []
        append(text, to: &symbols)
        return symbols
    }

    /// Appends the encoding of `text` to `symbols`.
    package func append(_ text: String, to symbols: inout [Symbol]) {
        // Reserving for a part of a longer text would give up the array's geometric growth.
        if symbols.isEmpty { symbols.reserveCapacity(text.utf8.count) }
        for scalar in Normalization.nfc(text).unicodeScalars {
            let symbol = table[scalar.value]
            if symbol != 0 {
                symbols.append(symbol)
            } else {
                Hangul.decompose(scalar.value) { spell($0, into: &symbols) }
            }
        }
    }

    /// Appends one scalar that is no Hangul syllable: its symbol, or its half-bytes.
    private func spell(_ value: UInt32, into symbols: inout [Symbol]) {
        let symbol = table[value]
        if symbol != 0 {
            symbols.append(symbol)
        } else if let scalar = Unicode.Scalar(value) {
            for byte in String(scalar).utf8 {
                symbols.append(Self.firstHalfByte + Symbol(byte >> 4))
                symbols.append(Self.firstHalfByte + Symbol(byte & 15))
            }
        }
    }

    /// The text that `symbols` spell. Marks and symbols outside the alphabet are skipped; half-bytes
    /// that are not UTF-8 become U+FFFD.
    public func decode(_ symbols: some Sequence<Symbol>) -> String {
        var decoder = makeDecoder()
        var text = ""
        for symbol in symbols { text += decoder.push(symbol) }
        return text + decoder.finish()
    }

    /// A decoder that is fed symbol by symbol.
    public func makeDecoder() -> TextDecoder { TextDecoder(scalars: scalars) }
}

extension Alphabet: CustomStringConvertible {
    public var description: String {
        "\(count) symbols, \(scalars.count) of them scalars"
    }
}

extension Alphabet: Equatable {
    public static func == (a: Alphabet, b: Alphabet) -> Bool { a.scalars == b.scalars }
}

extension Alphabet: Codable {
    /// Reads an array of code points.
    /// - Throws: `DecodingError.dataCorrupted` unless they ascend and each can be in an alphabet.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let values = try container.decode([UInt32].self)
        let scalars = values.compactMap(Unicode.Scalar.init)
        self.init(scalars: scalars)
        guard self.scalars.map(\.value) == values else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription:
                    "an alphabet is a list of ascending code points without Hangul syllables")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(scalars.map(\.value))
    }
}
