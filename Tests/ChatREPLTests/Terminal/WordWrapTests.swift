import ChatREPL
import Testing

@Suite("Replies broken between words while they are shown")
struct WordWrapTests {
    /// What a terminal shows of a text that comes character by character.
    private func shown(_ text: String, width: Int) -> [String] {
        var wrap = WordWrap()
        var screen = MiniScreen(columns: width)
        for character in text {
            // As a terminal's driver passes it on.
            screen.draw(wrap.add(String(character), width: width).replacing("\n", with: "\r\n"))
        }
        return screen.lines
    }

    @Test(
        "between words, at any width",
        arguments: [
            "the quick brown fox jumps over the lazy dog", "a  b   c",
            "one\ntwo three four five six",
            "안녕하세요 반갑습니다 오늘은 무엇을 할까요", "ends with a space ", "exactly ten chars",
        ], [6, 10, 11, 20, 80])
    func breaks(text: String, width: Int) {
        let lines = shown(text, width: width)
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= width })
        let words = text.split(whereSeparator: \.isWhitespace)
        if words.allSatisfy({ DisplayWidth.of(String($0)) <= width }) {
            #expect(lines.flatMap { $0.split(separator: " ") } == words)
        }
        #expect(
            lines.joined().filter { $0 != " " } == text.filter { !$0.isWhitespace })
    }

    @Test("a word wider than the terminal goes on in the next row")
    func wideWords() {
        #expect(shown("abcdefghij", width: 4) == ["abcd", "efgh", "ij"])
        #expect(shown("ab cdefghij", width: 4) == ["ab", "cdef", "ghij"])
    }

    @Test("what goes on hangs below what stands behind a number; the first line has all its width")
    func hanging() {
        let text = "* 1  one two three four\n  2  five\n     six seven eight nine ten"
        #expect(
            TextWrap.paragraphs(text, width: 17, hanging: 5)
                == "* 1  one two\n     three four\n  2  five\n     six seven\n     eight nine\n     ten"
        )
        #expect(
            TextWrap.paragraphs("ab cd ef gh ij kl", width: 14, hanging: 4)
                == "ab cd ef gh ij\n    kl")
        #expect(TextWrap.paragraphs(text, width: 40, hanging: 5) == text)
    }

    @Test("a no-break space holds a number and its unit together")
    func noBreakSpaces() {
        #expect(TextWrap.lines("at most 64.0\u{A0}MB", width: 13) == ["at most", "64.0\u{A0}MB"])
    }

    @Test("what is coloured is as wide as what is seen of it")
    func colours() {
        let style = Style(isColored: true)
        let text = style.good("below 1") + "  1 to 2  " + style.warning("2 to 4")
        #expect(DisplayWidth.of(text) == 23)
        #expect(TextWrap.paragraphs(text, width: 23) == text)
        let lines = TextWrap.paragraphs(text, width: 12).split(separator: "\n")
        #expect(lines.count == 2 && lines.allSatisfy { DisplayWidth.of(String($0)) <= 12 })
    }
}
