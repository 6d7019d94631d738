/// A Korean ending that depends on whether the word before it ends in a consonant: written
/// `with/without` in lessons, such as `은/는`, `이/가`, `을/를`, `으로/로`, `이에요/예요`, `이/`.
struct KoreanParticle: Sendable, Equatable {
    let afterConsonant: String
    let afterVowel: String
    /// 으로 turns into 로 after ㄹ as well.
    let treatsRieulAsVowel: Bool

    /// - Throws: `LessonProblem` when there is no single `/` in the pair.
    init(_ pair: some StringProtocol) throws {
        let parts = pair.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw LessonProblem("the ending '\(pair)' needs the form with/without, such as 은/는")
        }
        afterConsonant = String(parts[0])
        afterVowel = String(parts[1])
        treatsRieulAsVowel = afterConsonant.hasPrefix("으로")
    }

    /// The form that follows `word`.
    func form(after word: String) -> String {
        switch Self.ending(of: word) {
        case .vowel: afterVowel
        case .rieul: treatsRieulAsVowel ? afterVowel : afterConsonant
        case .consonant: afterConsonant
        }
    }

    enum Ending { case vowel, rieul, consonant }

    /// How `word` ends when read aloud in Korean. Latin words are judged by their last letter (a, e, i,
    /// o, u and most consonants, which take 으 or 이 in Korean, end in a vowel; l, m, n do not).
    static func ending(of word: String) -> Ending {
        guard
            let last = word.unicodeScalars.last(where: { $0.properties.isAlphabetic || isDigit($0) }
            )
        else { return .vowel }
        switch last.value {
        case 0xAC00...0xD7A3:
            let final = (last.value - 0xAC00) % 28
            return final == 0 ? .vowel : final == 8 ? .rieul : .consonant
        case 0x30...0x39:
            switch last.value - 0x30 {
            case 2, 4, 5, 9: return .vowel
            case 1, 7, 8: return .rieul
            default: return .consonant
            }
        default:
            switch last {
            case "l", "L": return .rieul
            case "m", "M", "n", "N": return .consonant
            default:
                return word.lowercased().hasSuffix("ng") ? .consonant : .vowel
            }
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        (0x30...0x39).contains(scalar.value)
    }
}
