import ChatREPL
import Testing

@Suite struct HelpTextTests {
    @Test func overviewFitsATerminalOfEightyColumns() {
        for line in HelpText.overview(.plain).split(separator: "\n") {
            #expect(DisplayWidth.of(String(line)) <= 80, "\(line)")
        }
    }

    @Test func overviewNamesEveryCommand() {
        let text = HelpText.overview(.plain)
        for name in CommandTable.allNames { #expect(text.contains(name)) }
    }

    @Test func detailsShowUsageAndAliases() throws {
        let entry = try #require(CommandTable.entry(named: "/exit"))
        #expect(HelpText.details(entry, .plain).contains("Also: /exit, /quit"))
    }
}
