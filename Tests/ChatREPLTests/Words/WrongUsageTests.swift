import ChatREPL
import Foundation
import Testing

/// What is said of a wrong command line in Korean.
@Suite struct WrongUsageTests: ExecutableSuite {
    let home: ExecutableHome
    private let table: [String: String]

    init() throws {
        home = try ExecutableHome()
        let url = FilesDocument.repository.appending(
            path: "Sources/ChatREPL/Resources/help-ko.json")
        table = try JSONDecoder().decode(
            [String: String].self, from: Data(contentsOf: url))
    }

    private var koreanEnvironment: [String: String] {
        environment.merging(["LC_ALL": "ko_KR.UTF-8"]) { $1 }
    }

    /// A wrong command line, and what ArgumentParser says of it.
    struct Wrong: Sendable {
        let arguments: [String]
        /// A text of the table.
        let message: String
        let values: [String]

        init(_ arguments: [String], _ message: String, _ values: [String]) {
            self.arguments = arguments
            self.message = message
            self.values = values
        }
    }

    static let wrong: [Wrong] = [
        Wrong(["--frobnicate"], "Unknown option '%@'", ["--frobnicate"]),
        Wrong(
            ["chat", "--temprature", "1"], "Unknown option '%@'. Did you mean '%@'?",
            ["--temprature", "--temperature"]),
        Wrong(
            ["chat", "-sq", "-c", "-s"],
            "Unknown option '%@'\n   or: Missing value for '%@' in '%@'",
            ["-sq", "-s <NAME>", "-sq"]),
        Wrong(["sample", "-n"], "Missing value for '%@'", ["-n <CHARACTERS>"]),
        Wrong(["replay"], "Missing expected argument '%@'", ["<TRANSCRIPT>"]),
        Wrong(
            ["chat", "-c=3"], "The option '%@' does not take any value, but '%@' was specified.",
            ["-c", "3"]),
        Wrong(["chat", "a", "b"], "Unexpected argument '%@'", ["b"]),
        Wrong(["replay", "a", "b", "c"], "%@ unexpected arguments: '%@'", ["2", "b', 'c"]),
        Wrong(
            ["chat", "--seed", "q"], "The value '%@' is invalid for '%@'", ["q", "--seed <N>"]),
        Wrong(
            ["train", "x", "-o", "y", "--cell", "z"],
            "The value '%@' is invalid for '%@'. Please provide one of %@ or %@.",
            ["z", "--cell <cell>", "'lstm', 'gru', 'gated-delta'", "'kda'"]),
        Wrong(
            ["train", "x", "-o", "y", "--hold-out", "z"],
            "The value '%@' is invalid for '%@'. Please provide one of %@ and %@.",
            ["z", "--hold-out <hold-out>", "'spread'", "'end'"]),
        Wrong(
            ["--generate-completion-script", "x"],
            "Can't generate completion scripts for '%@'.\nPlease use --generate-completion-script=<shell> with one of:\n    %@",
            ["x", "zsh bash fish"]),
        Wrong(
            ["help", "trian"], "There is no command '%@'. There are %@.",
            [
                "trian",
                "chat, sample, fill, evaluate, replay, search, compare, segment, quiz, tour, serve, sessions, inspect, train, corpus, lessons, import, benchmark",
            ]),
    ]

    @Test(arguments: wrong)
    func wrongUsageIsToldInKorean(wrong: Wrong) throws {
        let english = try Executable.run(wrong.arguments, environment: environment)
        let korean = try Executable.run(wrong.arguments, environment: koreanEnvironment)
        #expect(english.status == 64 && korean.status == 64 && korean.output == "")
        let message = Words.filled(wrong.message, wrong.values)
        #expect(english.error.hasPrefix("Error: \(message)\n"))
        let told = Words.filled(try #require(table[wrong.message]), wrong.values)
        #expect(korean.error.hasPrefix("오류: \(told)\n"), "\(korean.error)")
        #expect(korean.error.contains("\n사용법: charchat "))
        #expect(korean.error.hasSuffix("--help' 명령으로 자세한 도움말을 볼 수 있습니다.\n"))
        #expect(korean.error.contains("\n도움말:  ") == english.error.contains("\nHelp:  "))
        for word in ["Error", "Usage", "Help:", "<options>", "<subcommand>"] {
            #expect(!korean.error.contains(word))
        }
    }

    @Test func theOptionThatIsMeantHasItsHelpInKorean() throws {
        let result = try Executable.run(["replay"], environment: koreanEnvironment)
        let help = table["A transcript file, a session's name, or - for standard input."]
        #expect(result.error.contains("\n도움말:  <TRANSCRIPT>  \(try #require(help))\n"))
    }

    @Test(arguments: [
        ["chat", "-c", "-s", "x"], ["search", "x", "--limit", "0"], ["chat", "--top-p", "0"],
        ["train", "x", "-o", "y", "--steps", "0"],
    ])
    func whatACommandRefusesIsToldInKorean(arguments: [String]) throws {
        let result = try Executable.run(arguments, environment: koreanEnvironment)
        #expect(result.status == 64 && result.output == "")
        let lines = result.error.split(separator: "\n")
        #expect(lines.count == 3 && lines[1].hasPrefix("사용법: charchat "))
        let message = try #require(lines.first)
        #expect(message.hasPrefix("오류: "))
        let syllables: ClosedRange<Character> = "가"..."힣"
        #expect(message.dropFirst("오류: ".count).contains { syllables.contains($0) })
    }

    @Test func programsThatAskForJSONAreToldInEnglish() throws {
        let result = try Executable.run(
            ["replay", "x", "--json"], environment: koreanEnvironment)
        #expect(result.status == 64 && result.error.hasPrefix("Error: --json goes with --verify."))
    }
}
