import ChatREPL
import Testing

@Suite struct HelpTextTests {
    @Test func overviewFitsATerminalOfEightyColumns() {
        for line in HelpText.overview(.plain).split(separator: "\n") {
            #expect(DisplayWidth.of(String(line)) <= 80, "\(line)")
        }
    }

    @Test(arguments: [40, 60, 80, 120])
    func helpFitsTheTerminal(columns: Int) {
        let texts =
            [HelpText.overview(.plain, columns: columns)]
            + CommandTable.entries.map { HelpText.details($0, .plain, columns: columns) }
        for line in texts.joined(separator: "\n").split(separator: "\n") {
            #expect(DisplayWidth.of(String(line)) <= columns, "\(line)")
        }
    }

    @Test func summariesStandInOneColumn() {
        let lines = HelpText.overview(.plain).split(separator: "\n")
        for line in lines where line.hasPrefix("  /") && line.dropFirst(2).contains("  ") {
            let summary = line.dropFirst(28)
            #expect(summary.first != " " && line.dropLast(summary.count).hasSuffix("  "), "\(line)")
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
