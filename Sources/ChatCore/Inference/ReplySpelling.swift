/// Which symbols may come next in a reply so that it is text: a leading consonant is followed by its vowel, a
/// trailing one stands behind a vowel only, half-bytes make whole UTF-8 (RFC 3629, section 4), and no mark stands
/// within a character.
package struct ReplySpelling {
    /// What stands before the next character.
    private enum Place: Int, CaseIterable {
        case anything
        /// A leading consonant, which is no character without a vowel.
        case lead
        /// An open syllable, which may take a consonant.
        case vowel
    }

    private let scalars: [UInt32]
    private var place = Place.anything
    /// Half-bytes of a character that is begun.
    private var halves: [UInt8] = []

    /// Whether each symbol may come next between characters, by place: asked for every symbol of the alphabet
    /// at every step, and always the same.
    private var allowed: [[Bool]] = []

    /// At the beginning of a text.
    package init(_ alphabet: Alphabet) {
        scalars = alphabet.scalars.map(\.value)
        let symbols = (0..<alphabet.count).map(Symbol.init)
        allowed = Place.allCases.map { place in
            self.place = place
            return symbols.map { canFollow($0) }
        }
        place = .anything
    }

    /// Nothing of a character is lacking, so the text may end here.
    package var isWhole: Bool { halves.isEmpty && place != .lead }

    /// Whether the symbol may come next.
    package func allows(_ symbol: Symbol) -> Bool {
        let known = allowed[place.rawValue]
        return halves.isEmpty && Int(symbol) < known.count
            ? known[Int(symbol)] : canFollow(symbol)
    }

    /// The same by the rules themselves.
    private func canFollow(_ symbol: Symbol) -> Bool {
        if symbol < Alphabet.firstHalfByte { return isWhole }
        if symbol < Alphabet.firstScalar { return canEnd(halves + [Self.half(symbol)]) }
        return halves.isEmpty && scalar(of: symbol).map(allows) == true
    }

    /// Goes on behind a symbol, one that was allowed.
    package mutating func take(_ symbol: Symbol) {
        if symbol < Alphabet.firstHalfByte {
            (place, halves) = (.anything, [])
        } else if symbol < Alphabet.firstScalar {
            halves.append(Self.half(symbol))
            guard let values = Self.values(halves), values.count == 1 else { return }
            halves = []
            take(value: values.lowerBound)
        } else if let value = scalar(of: symbol) {
            halves = []
            take(value: value)
        }
    }

    private mutating func take(value: UInt32) {
        place = Hangul.isLead(value) ? .lead : Hangul.isVowel(value) ? .vowel : .anything
    }

    private func scalar(of symbol: Symbol) -> UInt32? {
        let index = Int(symbol) - Int(Alphabet.firstScalar)
        return index < scalars.count ? scalars[index] : nil
    }

    private func allows(_ value: UInt32) -> Bool {
        guard Unicode.Scalar(value) != nil else { return false }
        switch place {
        case .lead: return Hangul.isVowel(value)
        case .vowel: return !Hangul.isVowel(value)
        case .anything: return !Hangul.isVowel(value) && !Hangul.isTail(value)
        }
    }

    // MARK: - Half-bytes

    private static func half(_ symbol: Symbol) -> UInt8 { UInt8(symbol - Alphabet.firstHalfByte) }

    /// Whether the half-bytes can be the beginning of an allowed character, or all of one.
    private func canEnd(_ halves: [UInt8]) -> Bool {
        guard let values = Self.values(halves) else { return false }
        // The first allowed value of a range is its lowest, or one behind a run of values that are not.
        let starts = [
            values.lowerBound, Hangul.firstVowel, Hangul.firstVowel + Hangul.vowelCount,
            Hangul.tailBase + Hangul.tailCount, 0xE000,
        ]
        return starts.contains { values.contains($0) && allows($0) }
    }

    /// The values of all scalars whose UTF-8 begins with these half-bytes, with those of surrogates among them; nil
    /// where there is none.
    private static func values(_ halves: [UInt8]) -> ClosedRange<UInt32>? {
        guard let first = halves.first else { return nil }
        let length: Int
        switch first {
        case 0...7: length = 1
        case 0xC, 0xD: length = 2
        case 0xE: length = 3
        case 0xF: length = 4
        default: return nil
        }
        guard halves.count <= 2 * length else { return nil }
        var (lowest, highest): (UInt32, UInt32) = (0, 0)
        for index in 0..<length {
            // The bits of this byte that are part of the value, and what is known of them.
            let known = halves.dropFirst(2 * index).prefix(2).map { UInt32($0) }
            if index > 0, let high = known.first, !(8...0xB).contains(high) { return nil }
            let bits: UInt32 = index > 0 ? 6 : [7, 5, 4, 3][length - 1]
            let mask = (UInt32(1) << bits) - 1
            let low: UInt32 = known.isEmpty ? 0 : known[0] << 4 | (known.count > 1 ? known[1] : 0)
            let high: UInt32 =
                known.isEmpty ? mask : known[0] << 4 | (known.count > 1 ? known[1] : 0xF)
            lowest = lowest << bits | low & mask
            highest = highest << bits | high & mask
        }
        // No longer spelling than needed. A first byte of FF has bits beyond those of a value.
        guard first < 0xF || halves.count < 2 || halves[1] < 8 else { return nil }
        let least: UInt32 = [0, 0x80, 0x800, 0x1_0000][length - 1]
        let (from, to) = (max(lowest, least), min(highest, 0x10_FFFF))
        return from <= to ? from...to : nil
    }
}
