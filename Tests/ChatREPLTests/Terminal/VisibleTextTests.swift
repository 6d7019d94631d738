import ChatCore
import ChatREPL
import Testing

@Suite struct VisibleTextTests {
    @Test(arguments: [
        ("\u{1B}[2J", "␛[2J"), ("a\u{7}b", "a␇b"), ("\u{7F}", "␡"), ("\u{9B}31m", "⟨U+009B⟩31m"),
        ("\r", "␍"), ("\0", "␀"), ("\u{202E}abc", "⟨U+202E⟩abc"), ("한글 👩‍🚀", "한글 👩‍🚀"),
    ])
    func controlsAreShownNotObeyed(text: String, shown: String) {
        #expect(VisibleText.lines(text) == shown)
        #expect(VisibleText.oneLine(text) == shown)
    }

    @Test func lineEndsStayOnlyWhereLinesMay() {
        #expect(VisibleText.lines("a\n\tb") == "a\n\tb")
        #expect(VisibleText.oneLine("a\nb\t\u{2028}") == "a␤b␉⟨U+2028⟩")
    }

    @Test func carriageReturnBeforeLineFeedDoesNotHide() {
        #expect(VisibleText.lines("a\r\nb") == "a␍\nb")
    }
}

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("abc", 3), ("é", 1), ("e\u{301}", 1), ("안녕", 4), ("漢字", 4), ("✅", 2), ("⭐", 2), ("🇰🇷", 2),
        ("🟢", 2), ("🦜", 2), ("🪐", 2), ("✓", 1), ("→", 1), ("👩‍🚀", 2), ("\u{200B}", 0),
    ])
    func isWhatTerminalsShow(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }
}

@Suite struct StyleTests {
    @Test(arguments: [
        (true, [:], false), (true, ["TERM": "xterm"], true), (false, ["TERM": "xterm"], false),
        (true, ["TERM": "dumb"], false), (true, ["TERM": "xterm", "NO_COLOR": "1"], false),
        (true, ["TERM": "xterm", "NO_COLOR": ""], true),
    ])
    func colorOnlyWhereWanted(isTerminal: Bool, environment: [String: String], colored: Bool) {
        #expect(Style(isTerminal: isTerminal, environment: environment).isColored == colored)
    }

    @Test func plainStyleAddsNothing() {
        #expect(Style.plain.problem("x") == "x")
        #expect(Style(isColored: true).bold("x") == "\u{1B}[1mx\u{1B}[0m")
    }
}
