/// Columns that text takes in a terminal.
package enum DisplayWidth {
    /// East Asian wide and fullwidth characters (Unicode Standard Annex 11, by block) and what is shown as
    /// an emoji take two columns, combining marks and colours (`ESC [ … m`) none.
    package static func of(_ text: String) -> Int {
        var colour = ColourSequence()
        return text.reduce(0) { $0 + (colour.takes($1) ? 0 : width($1)) }
    }

    /// Tells the characters of a colour's sequence from those that are seen.
    package struct ColourSequence {
        private var isOpen = false

        package init() {}

        /// True for a character that belongs to a sequence; asked of each in order.
        package mutating func takes(_ character: Character) -> Bool {
            if isOpen {
                isOpen = character != "m"
                return true
            }
            isOpen = character == "\u{1B}"
            return isOpen
        }
    }

    private static func width(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        switch first.value {
        case 0x0300...0x036F, 0x200B...0x200D, 0xFE00...0xFE0F: return 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return first.properties.isEmojiPresentation ? 2 : 1
        }
    }
}
