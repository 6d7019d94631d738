import ChatCore

/// The symbols of an alphabet, safe to show.
enum SymbolText {
    /// A symbol as a person would write it: a letter of Hangul alone, with a word where it ends a
    /// syllable, as others look like it; what cannot be seen by its name.
    static func name(_ symbol: Symbol, _ alphabet: Alphabet) -> String {
        switch symbol {
        case Alphabet.userMark: return phrase("(you speak)")
        case Alphabet.assistantMark: return phrase("(it speaks)")
        case Alphabet.endMark: return phrase("(the end)")
        case ..<Alphabet.firstScalar:
            return phrase("(half-byte %@)", symbol - Alphabet.firstHalfByte)
        default:
            let index = Int(symbol - Alphabet.firstScalar)
            guard index < alphabet.scalars.count else { return "?" }
            return name(alphabet.scalars[index])
        }
    }

    private static func name(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x0A: return phrase("(line end)")
        case 0x20: return phrase("(space)")
        case 0x1100...0x1112: return letter(leads, scalar.value - 0x1100)
        case 0x1161...0x1175: return letter(vowels, scalar.value - 0x1161)
        case 0x11A8...0x11C2: return phrase("%@(final)", letter(tails, scalar.value - 0x11A8))
        default:
            let text = VisibleText.oneLine(String(scalar))
            // A mark that stands on the character before it needs one.
            return DisplayWidth.of(text) == 0 ? "◌" + text : text
        }
    }

    /// The letters of syllables, which join with what stands beside them, as letters that stand alone.
    private static let leads = Array("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
    private static let vowels = Array("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ")
    private static let tails = Array("ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")

    private static func letter(_ letters: [Character], _ index: UInt32) -> String {
        String(letters[Int(index)])
    }
}
