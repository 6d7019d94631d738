import ChatREPL
import Foundation
import Testing

/// What the commands print to somebody whose locale is Korean.
@Suite struct KoreanCommandTests: ExecutableSuite {
    let home: ExecutableHome

    init() throws { home = try ExecutableHome() }

    private func say(_ arguments: [String]) throws -> Executable.Result {
        try Executable.run(
            arguments, environment: environment.merging(["LC_ALL": "ko_KR.UTF-8"]) { $1 })
    }

    /// The program's own lines: those that show what a model wrote or a person said are left out.
    private func own(_ result: Executable.Result) -> String {
        (result.output + "\n" + result.error).split(separator: "\n")
            .filter { !$0.contains(" -> ") && !$0.hasPrefix("    | ") }
            .filter { !$0.contains(/^ +[+-]\d+\.\d+ +./) }
            .joined(separator: "\n")
    }

    /// Files for the commands below, by the names that their arguments have.
    private func files() throws -> [String: String] {
        let text = String(repeating: "hello 가나다\nabc de\n", count: 60)
        let turns = #""turns":[{"user":"hello","accept":["never said"],"needs":"session"}]"#
        return [
            "TEXT": try write(text, "text.txt"),
            "SET": try write("{\"id\":\"x\",\(turns)}\n{\"id\":\"y\",\(turns)}\n", "set.jsonl"),
            "PAIRS": try write("one two\tthree\n\tfour\nfive\tsix\n", "pairs.tsv"),
            "CHAT": try write(
                """
                [2024-01-05, 21:01:11] Jun: hello
                [2024-01-05, 21:02:11] Mina: yes

                """, "chat.txt"),
            "BROKEN": try write("{\"messages\":[{\"content\":\"a\"}]}\n", "broken.jsonl"),
            "MODEL": model.path, "NEW": folder.url.path + "/new", "CAFE": folder.url.path + "/cafe",
        ]
    }

    @Test(arguments: [
        ["evaluate", "text", "TEXT"], ["evaluate", "dialogues", "SET"],
        ["evaluate", "pairs", "PAIRS"], ["evaluate", "certainty", "SET"],
        ["evaluate", "fill", "TEXT"], ["evaluate", "text", "BROKEN"],
        ["corpus", "show", "TEXT", "-n", "0"], ["corpus", "show", "PAIRS", "-n", "0"],
        ["corpus", "show", "CHAT", "--as", "Mina", "-n", "0"], ["corpus", "show", "CHAT"],
        ["corpus", "show", "BROKEN"],
        [
            "corpus", "write", "TEXT", "-o", "NEW", "--preset", "tiny", "--batch", "2",
            "--window", "16",
        ],
        [
            "train", "TEXT", "-o", "NEW", "--preset", "tiny", "--batch", "2", "--window", "16",
            "--steps", "2", "--threads", "1",
        ],
        ["import", "MODEL", "--like", "MODEL", "-o", "NEW"],
        ["import", "MODEL", "--like", "MODEL", "-o", "MODEL"], ["inspect", "MODEL"],
        ["inspect", "MODEL", "--text", "가"], ["inspect", "TEXT"],
        ["lessons", "new", "CAFE"], ["lessons", "heldout", "CAFE"], ["segment", "TEXT"],
        ["fill", "a ____ b"], ["quiz", "--text", "TEXT"], ["sessions", "list"],
        ["sessions", "show", "NONE"], ["serve", "--host", "0.0.0.0"],
        ["serve", "--port", "70000"], ["search", "nothing", "--corpus", "NONE"],
        ["compare", "NONE"], ["replay", "TEXT"],
    ])
    func noneOfTheProgramsOwnWordsIsEnglish(arguments: [String]) throws {
        let files = try files()
        let named = arguments.map { files[$0] ?? $0 }
        let result = try say(named)
        let own = own(result)
        #expect(own.contains(/[가-힣]/), "\(result)")
        #expect(KoreanWords.english(in: own) == nil, "\(own)")
    }

    @Test(arguments: [
        (["train", "x"], "쓸 모델 파일을 지정하세요"), (["search", "a", "--limit", "0"], "1에서 1000까지"),
        (["chat", "-s", "a", "-c"], "하나만 주세요"),
    ])
    func wrongUsageIsToldInKorean(arguments: [String], told: String) throws {
        let result = try say(arguments)
        #expect(result.status == 64 && result.error.contains(told), "\(result)")
    }

    /// What stands from a column of the terminal on.
    private func column(_ column: Int, of line: some StringProtocol) -> Substring? {
        var used = 0
        for index in line.indices {
            if used == column { return Substring(line[index...]) }
            used += DisplayWidth.of(String(line[index]))
        }
        return nil
    }

    @Test func columnsStartInOnePlaceThoughHangulIsWide() throws {
        let files = try files()
        let text = try say(["evaluate", "text", files["TEXT"] ?? ""]).output.split(separator: "\n")
        for line in text.prefix(5) {
            #expect(column(20, of: line)?.first?.isNumber == true, "\(line)")
        }
        let table = try say(["evaluate", "dialogues", files["SET"] ?? ""]).output
            .split(separator: "\n")
        let head = try #require(table.first)
        let row = try #require(table.dropFirst().first)
        #expect(column(10, of: head)?.hasPrefix("세션") == true, "\(head)")
        #expect(column(41, of: head)?.hasPrefix("새 상태") == true, "\(head)")
        #expect(column(10, of: row)?.hasPrefix("0.0 % (0/2)") == true, "\(row)")
        #expect(column(41, of: row)?.hasPrefix("0.0 % (0/2)") == true, "\(row)")
    }

    @Test func documentsSayTheirOwnWordsInKoreanAndFormatsStay() throws {
        let messages =
            #"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"ho"}]}"#
        _ = try say(["sessions", "import", try write(messages, "m.jsonl"), "--name", "m"])
        let page = try say(["sessions", "export", "m"]).output
        #expect(page.contains("에 시작, 모델 `") && page.contains("ho [가져온 답]"), "\(page)")
        let json = try say(["sessions", "export", "m", "--format", "json"])
        #expect(json == (try run("sessions", "export", "m", "--format", "json")))
    }

    @Test func whatProgramsWaitForIsTheSameInEveryLanguage() throws {
        let text = try files()["TEXT"] ?? ""
        for arguments in [
            ["evaluate", "text", text, "--json"], ["inspect", model.path, "--json"],
        ] {
            #expect(
                try say(arguments) == Executable.run(arguments, environment: environment))
        }
    }
}
