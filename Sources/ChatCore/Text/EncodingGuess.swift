/// Guesses the encoding of bytes that are not UTF-8.
package enum EncodingGuess {
    /// What to do about such a file: save it as UTF-8, or read it in the encoding that was guessed.
    package static func advice(_ guess: String?) -> String {
        switch guess {
        case let name? where name.hasPrefix("utf-"):
            "it looks like \(name.prefix(6).uppercased()) without its mark: read it as \(name), or save the file as UTF-8"
        case let name?:
            "it looks like \(name == "cp949" ? "CP949 (Korean Windows)" : "Latin-1"): read it as \(name), or save the file as UTF-8"
        case nil: "save the file as UTF-8, or say what encoding it is in"
        }
    }

    /// The encoding's name, as `CorpusOptions` takes it: of the first 64 KB.
    package static func guess(_ bytes: some Collection<UInt8>) -> String? {
        let bytes = Array(bytes.prefix(1 << 16))
        if let name = wide(bytes) { return name }
        var pairs = 0
        var hangul = 0
        var odd = 0
        var place = 0
        while place < bytes.count {
            guard bytes[place] >= 0x80 else {
                place += 1
                continue
            }
            let next = place + 1 < bytes.count ? bytes[place + 1] : 0
            if (0x81...0xFE).contains(bytes[place]),
                (0x41...0x5A).contains(next) || (0x61...0x7A).contains(next) || next >= 0x81
            {
                pairs += 1
                if (0xB0...0xC8).contains(bytes[place]), next >= 0xA1 { hangul += 1 }
                place += 2
            } else {
                odd += 1
                place += 1
            }
        }
        if hangul >= 2, hangul * 2 > pairs, odd * 10 <= pairs { return "cp949" }
        let high = bytes.filter { $0 >= 0xA0 }.count
        let controls = bytes.filter { (0x80..<0xA0).contains($0) || $0 == 0 }.count
        return high >= 1 && bytes.count > high * 3 && controls * 4 <= high ? "latin-1" : nil
    }

    /// UTF-16 or UTF-32 by where its zeros stand; nil where there are few.
    package static func wide(_ bytes: [UInt8]) -> String? {
        var zeros = [0, 0, 0, 0]
        for (place, byte) in bytes.enumerated() where byte == 0 { zeros[place & 3] += 1 }
        let all = zeros.reduce(0, +)
        guard bytes.count >= 4, all * 5 > bytes.count else { return nil }
        /// Nearly every fourth byte, from the one at `place` on.
        func isFull(_ place: Int) -> Bool { zeros[place] * 40 >= bytes.count * 9 }
        if isFull(2), isFull(3) { return "utf-32le" }
        if isFull(0), isFull(1) { return "utf-32be" }
        return zeros[1] + zeros[3] >= zeros[0] + zeros[2] ? "utf-16le" : "utf-16be"
    }
}
