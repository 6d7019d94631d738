/// Text made fit to be shown: control and escape sequences become visible characters and drive nothing.
enum VisibleText {
    /// Newlines and tabs stay; every other control character, and what would reorder or hide the text
    /// around it, is shown as a picture (␛) or as its number.
    static func make(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: needsPicture) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if needsPicture(scalar) {
                result.append(contentsOf: picture(scalar).unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// One line of at most `limit` characters: newlines and tabs become spaces, a cut ends in "…".
    static func line(_ text: String, limit: Int) -> String {
        let start = text.prefix(limit + 1)
        let flat = make(
            String(start.map { $0.isNewline || $0 == "\t" ? " " : $0 }.prefix(limit)))
        return start.count > limit ? flat + "…" : flat
    }

    private static func needsPicture(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func picture(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0..<0x20: String(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
        case 0x7F: "\u{2421}"
        default: "<U+\(String(scalar.value, radix: 16, uppercase: true))>"
        }
    }
}
