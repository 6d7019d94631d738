import ChatREPL
import Foundation
import Testing

/// The table of help against the commands, and the Korean help of each command beside its English one.
@Suite struct HelpTableTests: ExecutableSuite {
    let home: ExecutableHome
    private let file: String
    private let table: [String: String]
    private let words: Words
    private let commands: [ToolDescription.Command]

    init() throws {
        home = try ExecutableHome()
        let url = FilesDocument.repository.appending(
            path: "Sources/ChatREPL/Resources/help-ko.json")
        file = try String(contentsOf: url, encoding: .utf8)
        table = try JSONDecoder().decode([String: String].self, from: Data(file.utf8))
        words = Words(.korean, table: table)
        let dump = try Executable.run(
            ["--experimental-dump-help"], environment: home.environment)
        commands = Self.withAllBelow(try ToolDescription(json: dump.output).command)
    }

    private static func withAllBelow(
        _ command: ToolDescription.Command
    ) -> [ToolDescription.Command] {
        [command] + (command.subcommands ?? []).flatMap(withAllBelow)
    }

    private func help(
        _ arguments: [String], in locale: String = "ko_KR.UTF-8"
    ) throws -> Executable.Result {
        try Executable.run(arguments, environment: environment.merging(["LC_ALL": locale]) { $1 })
    }

    /// What a command's help says.
    private func texts(_ command: ToolDescription.Command) -> [String] {
        [command.abstract, command.discussion].compactMap { $0 }
            + (command.arguments ?? []).compactMap(\.abstract)
    }

    /// A text however it was broken into lines.
    private func flat(_ text: String) -> String { text.filter { !$0.isWhitespace } }

    // MARK: - The usage

    @Test(arguments: [40, 80]) func howACommandIsCalledFitsTheTerminal(columns: Int) {
        let usage =
            "USAGE: charchat fill <TEXT> [--model <MODEL>] [--seed <N>] [--top-p <P>] [--json]"
            + " [--characters <CHARACTERS>]"
        let lines = UsageText.fitted("OVERVIEW: x\n\n\(usage)\n", columns: columns)
            .split(separator: "\n").dropFirst()
        #expect(lines.count > 1)
        for line in lines {
            #expect(line.count <= columns)
            // No option is torn from its value.
            #expect(line.filter { $0 == "[" }.count == line.filter { $0 == "]" }.count)
        }
        #expect(flat(lines.joined(separator: "")) == flat(usage))
    }

    // MARK: - The table

    @Test func everyTextOfTheHelpIsThere() {
        let wanted = Set(commands.flatMap(texts))
        #expect(wanted.count > 150)
        #expect(wanted.subtracting(table.keys).sorted() == [])
    }

    @Test func noTextIsLeftOver() throws {
        let ofHelp = Set(commands.flatMap(texts))
        let ofParser = Set(
            WrongUsageTests.wrong.map(\.message) + [
                "Help:  %@  %@", "Usage: %@", "  See '%@' for more information.",
            ])
        let page = try String(
            contentsOf: FilesDocument.repository.appending(
                path: "Sources/ChatREPL/Commands/Help/HelpPage.swift"), encoding: .utf8)
        // What stands around them is the page's own, but for one word before what is wrong.
        let unused = Set(table.keys).subtracting(ofHelp).subtracting(ofParser).filter {
            $0 != "Error: %@" && !page.contains("\"\($0)\"")
        }
        #expect(unused.sorted() == [])
    }

    @Test func everyTextStandsOnceAndInOneLine() {
        #expect(file.split(separator: "\n").count == table.count + 2)
        #expect(table.values.allSatisfy { !$0.isEmpty })
    }

    @Test func placeholdersAgree() {
        for (english, korean) in table {
            let values = english.matches(of: /%@/).count
            let numbered = korean.matches(of: /%([1-9])\$@/).compactMap { Int($0.output.1) }
            let unnumbered = korean.matches(of: /%@/).count
            #expect(numbered.count + unnumbered == values, "\(english)")
            #expect(numbered.isEmpty || numbered.sorted() == Array(1...values), "\(english)")
        }
    }

    @Test func optionsAndVariablesHaveTheirNamesInKoreanToo() {
        for (english, korean) in table {
            for name in english.matches(of: /--[a-z][a-z-]+|\$[A-Z_]+/).map({ $0.output }) {
                #expect(korean.contains(name), "\(name) of: \(english)")
            }
        }
    }

    // MARK: - The help

    @Test func everyCommandHasItsHelpInKoreanWithTheNamesOfTheEnglishOne() throws {
        for command in commands where command.commandName != "help" {
            let names = (command.superCommands ?? []) + [command.commandName]
            let path = Array(names.dropFirst())
            let korean = try help(path + ["--help"])
            let english = try help(path + ["--help"], in: "C")
            #expect(korean.status == 0 && korean.error == "", "\(path)")
            #expect(korean.output.hasPrefix("개요: ") && english.output.hasPrefix("OVERVIEW: "))
            #expect(korean.output.contains("\n사용법: charchat"), "\(path)")
            for text in texts(command) {
                #expect(flat(korean.output).contains(flat(words[text])), "\(path): \(text)")
                #expect(flat(english.output).contains(flat(text)), "\(path): \(text)")
            }
            let below = (command.subcommands ?? []).filter {
                $0.shouldDisplay != false && $0.commandName != "help"
            }
            let options = (command.arguments ?? []).filter(\.shouldDisplay)
            for output in [korean.output, english.output] {
                let lines = output.split(separator: "\n")
                for label in options.map(\.label) + below.map(\.commandName) {
                    #expect(lines.contains { $0.hasPrefix("  \(label)") }, "\(path): \(label)")
                }
            }
        }
    }

    @Test(
        arguments: [
            (["help"], ["--help"]), (["help", "train"], ["train", "--help"]),
            (["evaluate"], ["evaluate", "-h"]),
            (["help", "sessions", "list"], ["sessions", "list", "-h"]),
        ] as [([String], [String])])
    func everyWayToAskForHelpGivesTheSame(one: [String], other: [String]) throws {
        let (first, second) = (try help(one), try help(other))
        #expect(first.output.hasPrefix("개요: "))
        #expect(first == second)
    }

    @Test(arguments: [
        ["--version"], ["--generate-completion-script", "bash"], ["--experimental-dump-help"],
        ["manual"],
    ])
    func whatIsNoHelpIsTheSameInBothLanguages(arguments: [String]) throws {
        #expect(try help(arguments) == help(arguments, in: "C"))
    }

    @Test(arguments: [40, 60, 80, 120])
    func helpFitsTheTerminal(columns: Int) {
        for command in commands {
            let page = HelpPage(words: words, columns: columns).text(
                of: command, usage: "charchat <subcommand>")
            for line in page.split(separator: "\n") {
                #expect(DisplayWidth.of(String(line)) <= columns, "\(line)")
            }
        }
    }
}
