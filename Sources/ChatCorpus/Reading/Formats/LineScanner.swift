import ChatCore

/// Reads along the bytes of one line.
struct LineScanner {
    let bytes: [UInt8]
    var at = 0

    init(_ line: String) { bytes = Array(line.utf8) }

    var rest: String { String(decoding: bytes[min(at, bytes.count)...], as: UTF8.self) }

    var isAtEnd: Bool { at >= bytes.count }

    /// Takes `text` where it comes next; case of ASCII letters does not matter.
    mutating func take(_ text: StaticString) -> Bool { take(text.description) }

    mutating func take(_ text: String) -> Bool {
        var place = at
        for byte in text.utf8 {
            guard place < bytes.count, Self.lower(bytes[place]) == Self.lower(byte) else {
                return false
            }
            place += 1
        }
        at = place
        return true
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    /// Passes over blanks: space, tab, no-break spaces, and the invisible marks of direction.
    mutating func skipBlanks() {
        while at < bytes.count {
            if bytes[at] == 0x20 || bytes[at] == 0x09 {
                at += 1
            } else if bytes[at] == 0xC2, at + 1 < bytes.count, bytes[at + 1] == 0xA0 {
                at += 2
            } else if bytes[at] == 0xE2, at + 2 < bytes.count, bytes[at + 1] == 0x80,
                bytes[at + 2] == 0xAF || (0x8B...0x8F).contains(bytes[at + 2])
                    || (0xAA...0xAE).contains(bytes[at + 2])
            {
                at += 3
            } else {
                return
            }
        }
    }

    /// Takes a number of at most six digits, of any script.
    mutating func number() -> Int? {
        let start = at
        var value = 0
        var count = 0
        while count < 7, let digit = digit() {
            value = value * 10 + digit
            count += 1
        }
        guard (1...6).contains(count) else {
            at = start
            return nil
        }
        return value
    }

    /// Takes a digit: 5, ٥, ۵ or ৫.
    private mutating func digit() -> Int? {
        guard at < bytes.count else { return nil }
        if (0x30...0x39).contains(bytes[at]) {
            at += 1
            return Int(bytes[at - 1] - 0x30)
        }
        // Arabic digits take two bytes, those of India and of Thailand three.
        guard [0xD9, 0xDB, 0xE0].contains(bytes[at]),
            let scalar = String(decoding: bytes[at...].prefix(3), as: UTF8.self)
                .unicodeScalars.first,
            scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue
        else { return nil }
        at += String(scalar).utf8.count
        return Int(value)
    }

    /// Takes ASCII letters.
    mutating func word() -> String? {
        let start = at
        while at < bytes.count, (0x61...0x7A).contains(Self.lower(bytes[at])) { at += 1 }
        return at > start ? String(decoding: bytes[start..<at], as: UTF8.self) : nil
    }

    /// Takes what comes before `mark` and the mark; nil, and nothing taken, where it does not come within
    /// `limit` bytes.
    mutating func text(before mark: StaticString, within limit: Int = 200) -> String? {
        let mark = Array(mark.description.utf8)
        var place = at
        while place + mark.count <= bytes.count, place - at <= limit {
            if bytes[place..<place + mark.count].elementsEqual(mark) {
                defer { at = place + mark.count }
                return String(decoding: bytes[at..<place], as: UTF8.self)
            }
            place += 1
        }
        return nil
    }
}
