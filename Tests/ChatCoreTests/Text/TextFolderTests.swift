import ChatCore
import Testing

@Suite("Texts as searches compare them")
struct TextFolderTests {
    private func folded(_ text: String) -> String {
        var folder = TextFolder()
        return folder.text(of: Normalization.nfc(text))
    }

    @Test(
        "forms of one letter are one, marks and what is not seen are left out",
        arguments: [
            ("ＡＢＣ１２３", "abc123"), ("Ａ\u{3000}Ｂ", "a b"), ("eﬃcient ﬁsh", "efficient fish"),
            ("①②", "12"), ("㎏", "kg"), ("CO₂", "co2"), ("ⅳ", "iv"), ("\u{1D407}\u{1D422}", "hi"),
            ("ｶﾞｷﾞﾊﾟ", "ガギパ"), ("㌀", "アパート"), ("か\u{3099}", "が"), ("Café", "cafe"),
            ("Cafe\u{301}", "cafe"), ("so\u{AD}ft", "soft"), ("İz", "iz"), ("❤\u{FE0F}", "❤"),
            ("👍🏽", "👍"), ("\u{301}a", "a"),
        ])
    func forms(text: String, expected: String) {
        #expect(Array(folded(text).unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test(
        "what is another word stays another",
        arguments: [
            "한국의", "ㅋㅋ ㅏ", "brand™", "กิน", "มื้อ", "ຮັກ", "ស្រឡាញ់", "ကြောင်", "か", "漢字",
            "a.b,c (d)\ne\tf", "🇰🇷", "π", "",
        ])
    func kept(text: String) {
        #expect(Array(folded(text).unicodeScalars) == Array(Normalization.nfc(text).unicodeScalars))
    }

    @Test("every scalar tells the bytes that it comes from")
    func places() {
        var folder = TextFolder()
        let scalars = folder.scalars(of: "xﬁｶﾞ👍🏽é")
        #expect(scalars.map { String($0.scalar) } == ["x", "f", "i", "ガ", "👍", "e"])
        #expect(scalars.map(\.start) == [0, 1, 1, 4, 10, 18])
        #expect(scalars.map(\.end) == [1, 4, 4, 10, 18, 20])
        #expect(
            scalars.map(\.kind) == [.letter, .letter, .letter, .syllable, .emoji, .letter])
    }

    @Test("a vowel sign belongs to its letter, and two letters of a region make one flag")
    func units() {
        var folder = TextFolder()
        let thai = folder.scalars(of: "กินน")
        #expect(thai.map(\.startsUnit) == [true, false, true, true])
        #expect(thai.allSatisfy { $0.kind == .unspaced })
        let flags = folder.scalars(of: "🇰🇷🇺🇸")
        #expect(flags.map(\.startsUnit) == [true, false, true, false])
    }
}
